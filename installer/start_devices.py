"""Where the packed device host starts."""

from hardware.host import main

main()
