"""Items with their modules, from plain data: each name that they use must stand in the dictionary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial

from domain.catalogue.dictionary import Dictionary, type_of_field, words_of, words_of_parameters, words_of_rows
from domain.catalogue.facts import Maker
from domain.catalogue.reading import Table, twice_in
from domain.catalogue.values import (
    BusinessRule,
    CardAttribute,
    ChainId,
    CheckKind,
    DefaultWord,
    Field,
    FieldId,
    FieldKind,
    FieldUse,
    Form,
    FormPage,
    GroupId,
    MaterialId,
    MaterialUse,
    Mode,
    Module,
    ModuleId,
    PaperId,
    Party,
    PartyRole,
    Repeats,
    RowsSum,
    RuleAct,
    Text3,
    Unknown,
)
from domain.language import FactSpec, Vocabulary
from domain.rules import ALWAYS, FactType, Value, names_in, surely
from domain.workdays import parse_date

_WORD = re.compile("[a-z_]+")
MOST_ROWS = 50
"""A group with more rows is a list to be imported, not a form."""


def read_rules(row: Table, dictionary: Dictionary) -> Mapping[str, BusinessRule]:
    """The business rules of all modules, with every fault noted in ``row``."""
    return row.table("business_rules", lambda one: _rule(one, dictionary), lambda one: one.id)


def read_modules(row: Table, dictionary: Dictionary, rules: Mapping[str, BusinessRule]) -> Mapping[ModuleId, Module]:
    """The modules of all items, with every fault noted in ``row``."""
    items = row.rows("items", lambda one: _item(one, dictionary, rules))
    modules = [module for item in items for module in item]
    for name in twice_in(module.id for module in modules):
        row.fault("items", f"{name!r} is given twice")
    return {module.id: module for module in modules}


def registering_rule(module: Module) -> BusinessRule | None:
    """The rule by which a module that registers a person turns away whom it registered before."""
    known = {module.registers: True}
    blocking = (rule for rule in module.rules if rule.act is RuleAct.BLOCK and surely(rule.when, known))
    return next(blocking, None) if module.registers else None


def _rule(row: Table, dictionary: Dictionary) -> BusinessRule:
    act = row.choice("act", RuleAct)
    unknown = row.choice("unknown", Unknown)
    raises = act is RuleAct.RAISE
    chain = row.name("chain", dictionary.chains, "chain") if raises else ""
    risk = row.number("risk") if raises else 0
    if raises:
        _check_chain(row, dictionary, chain, risk)
    return BusinessRule(
        id=row.text("id"),
        act=act,
        when=row.condition("when", dictionary.words),
        message=row.message("message"),
        unknown=unknown,
        question=Text3(what="") if unknown is Unknown.GO_ON else row.message("question"),
        chain=ChainId(chain),
        risk=risk,
        source=row.text("source", ""),
    )


def _check_chain(row: Table, dictionary: Dictionary, chain_id: str, risk: int) -> None:
    """A chain is as long as the risk demands."""
    level, chain = dictionary.risks.get(risk), dictionary.chains.get(ChainId(chain_id))
    if level is None:
        row.fault("risk", f"no risk {risk}")
    elif chain and not level.shortest <= len(chain.roles) <= level.longest:
        row.fault("chain", f"{len(chain.roles)} roles do not fit risk {risk}")


def _item(row: Table, dictionary: Dictionary, rules: Mapping[str, BusinessRule]) -> tuple[Module, ...]:
    code, name = row.text("code"), row.text("name")
    return row.rows("modules", lambda one: _module(one, code, name, dictionary, rules))


def _module(
    row: Table, item_code: str, item_name: str, dictionary: Dictionary, rules: Mapping[str, BusinessRule]
) -> Module:
    words = _words_of_form(row, dictionary)
    form = Form(pages=row.rows("pages", lambda one: _page(one, dictionary, words)))
    for field in twice_in(use.field for use in form.uses):
        row.fault("pages", f"field {field!r} stands twice")
    for number, page in enumerate(form.pages):
        _check_order(row, f"pages[{number}]", page, form, dictionary)
    module = Module(
        id=ModuleId(row.text("id")),
        name=row.text("name"),
        initials=row.text("initials"),
        item_code=item_code,
        item_name=item_name,
        mode=row.choice("mode", Mode),
        risk=row.number("risk"),
        chain=ChainId(row.name("chain", dictionary.chains, "chain")),
        legal_days=row.number("legal_days"),
        promise_days=row.number("promise_days"),
        declaration=row.text("declaration", ""),
        form=form,
        parties=row.rows("parties", lambda one: _party(one, form)),
        materials=tuple(
            row.table("materials", lambda one: _material_use(one, dictionary, words), lambda one: one.material).values()
        ),
        rules=_rules_of(row, words, rules),
        registers=row.name("registers", dictionary.facts, "fact", ""),
        electronic=row.flag("electronic"),
        agent_shown=row.flag("agent_shown"),
        papers=tuple(PaperId(paper) for paper in row.names("papers", dictionary.papers, "paper")),
        conditions=row.texts("conditions"),
        basis=row.texts("basis"),
        archive_class=row.text("archive_class", ""),
        archive_keep=row.text("archive_keep", ""),
    )
    _check_module(row, module, dictionary)
    _check_parties(row, module)
    return module


def _words_of_form(row: Table, dictionary: Dictionary) -> Vocabulary:
    """What the conditions of a module may look at: the plain fields of its form, and the facts that these, rows of
    repeating groups and others make.
    """
    words = words_of_parameters(dictionary.parameters)
    for page in row.ahead("pages"):
        fields = _fields_of(page, dictionary)
        if page.has("repeats"):
            words |= words_of_rows(fields, page.peek("repeats", "group"))
        else:
            words |= _words_of_fields(fields, dictionary)
    for fact in dictionary.facts.values():
        looked_at = names_in(fact.value or fact.when or ALWAYS)
        if looked_at <= words.keys():
            words[fact.name] = fact.spec
    return words


def _words_of_page(page: Table, dictionary: Dictionary, words: Vocabulary) -> Vocabulary:
    """What the conditions of a section may look at: in a row of a group also its own fields, but not their sums."""
    if not page.has("repeats"):
        return words
    fields = _fields_of(page, dictionary)
    own = words_of_rows(fields, ())
    others = {name: spec for name, spec in words.items() if name not in own}
    return others | _words_of_fields(fields, dictionary)


def _fields_of(page: Table, dictionary: Dictionary) -> list[Field]:
    names = page.peek("fields", "id")
    return [field for name, field in dictionary.fields.items() if name in names]


def _words_of_fields(fields: Iterable[Field], dictionary: Dictionary) -> dict[str, FactSpec]:
    return {name: spec for field in fields for name, spec in words_of(field, dictionary.codes)}


def _check_order(row: Table, place: str, page: FormPage, form: Form, dictionary: Dictionary) -> None:
    """Whether a field is shown follows from fields before it: then one pass over a form settles it."""
    order = [use.field for use in form.uses]
    for number, use in enumerate(page.uses):
        later = order[order.index(use.field) :]
        for key, part in (("visible", use.visible), ("computed", use.computed or ALWAYS)):
            looked_at = {name.split(".")[0] for name in _made_of(names_in(part), dictionary)}
            for name in (name for name in later if name in looked_at):
                row.fault(f"{place}.fields[{number}].{key}", f"looks at {name!r}, which does not stand before it")


def _made_of(names: frozenset[str], dictionary: Dictionary) -> frozenset[str]:
    """What these facts follow from in the end: facts that fields, rows and parameters make, or that somebody tells."""
    found: frozenset[str] = frozenset()
    for name in names:
        fact = dictionary.facts.get(name)
        made_of = names_in(fact.value or fact.when or ALWAYS) if fact else frozenset[str]()
        found |= _made_of(made_of, dictionary) if made_of else {name}
    return found


def _rules_of(row: Table, words: Vocabulary, rules: Mapping[str, BusinessRule]) -> tuple[BusinessRule, ...]:
    wanted = tuple(rules[name] for name in row.names("rules", rules, "business rule"))
    for rule in wanted:
        for name in sorted(names_in(rule.when) - words.keys()):
            row.fault("rules", f"{rule.id} looks at {name!r}, which this form does not have")
    return wanted


def _check_module(row: Table, module: Module, dictionary: Dictionary) -> None:
    level = dictionary.risks.get(module.risk)
    if level and level.mode is not module.mode:
        row.fault("mode", f"risk {module.risk} and mode {module.mode.value} contradict")
    _check_chain(row, dictionary, module.chain, module.risk)
    fact = dictionary.facts.get(module.registers)
    if fact and (fact.maker is not Maker.AGENCY or fact.spec.type is not FactType.FLAG):
        row.fault("registers", f"{fact.name!r} is no flag of the agency's records")
    elif fact and registering_rule(module) is None:
        row.fault("registers", f"no rule of the module blocks whom {fact.name!r} is true of")


def _page(row: Table, dictionary: Dictionary, words: Vocabulary) -> FormPage:
    words = _words_of_page(row, dictionary, words)
    page = FormPage(
        title=row.text("title"),
        uses=row.rows("fields", partial(_use, dictionary=dictionary, words=words)),
        repeats=row.maybe("repeats", _repeats),
    )
    for one in page.repeats.sums if page.repeats else ():
        use = next((use for use in page.uses if use.field == one.field), None)
        spec = dictionary.fields.get(one.field)
        if use is None or spec is None or spec.kind is not FieldKind.AMOUNT:
            row.fault("repeats.sums", f"{one.field!r} is no amount of this group")
        elif use.required is not ALWAYS or use.visible is not ALWAYS:
            row.fault("repeats.sums", f"{one.field!r} may stay empty, and then nobody knows the sum")
    return page


def _repeats(row: Table) -> Repeats:
    repeats = Repeats(
        group=GroupId(row.text("group")),
        min_rows=row.number("min", 0),
        max_rows=row.number("max"),
        row_name=row.text("row_name"),
        sums=row.rows("sums", _sum),
    )
    if not repeats.group:
        row.fault("group", "empty")
    if not repeats.min_rows <= repeats.max_rows or not 1 <= repeats.max_rows <= MOST_ROWS:
        row.fault("max", f"{repeats.min_rows} to {repeats.max_rows} rows, where {MOST_ROWS} are the most")
    return repeats


def _sum(row: Table) -> RowsSum:
    return RowsSum(field=FieldId(row.text("field")), total=row.number("total"))


def _party(row: Table, form: Form) -> Party:
    party = Party(
        role=row.choice("role", PartyRole),
        name=FieldId(row.text("name")),
        id_number=FieldId(row.text("id_number")),
        sex=FieldId(row.text("sex", "")),
        birth_date=FieldId(row.text("birth_date", "")),
    )
    homes = {page.title if page else "" for page in (form.page_of(field) for field in party.fields)}
    if "" in homes or len(homes) > 1:
        row.fault("name", f"the {party.role.value} is not named by fields of one section")
    return party


def _check_parties(row: Table, module: Module) -> None:
    """Who applies is named once and plainly; nobody is named twice."""
    for role in twice_in(party.role for party in module.parties):
        row.fault("parties", f"{role.value!r} is given twice")
    for field in twice_in(field for party in module.parties for field in party.fields):
        row.fault("parties", f"field {field!r} names two parties")
    for group in twice_in(page.group for page in module.form.pages if page.repeats):
        row.fault("pages", f"group {group!r} is given twice")
    applicant = module.party(PartyRole.APPLICANT)
    if applicant is None or module.form.group_of(applicant.name):
        row.fault("parties", "nobody applies")
    if module.agent_shown and module.acting_party is None:
        row.fault("agent_shown", "nobody acts for the applicant")


def _use(row: Table, *, dictionary: Dictionary, words: Vocabulary) -> FieldUse:
    field = FieldId(row.name("id", dictionary.fields, "field"))
    use = FieldUse(
        field=field,
        required=row.condition("required", words),
        visible=row.condition("visible", words, ALWAYS),
        read_only=row.flag("read_only") or row.has("computed"),
        default=row.text("default", ""),
        card=row.choice("card", CardAttribute) if row.has("card") else None,
        computed=_computed(row, dictionary.fields.get(field), dictionary, words) if row.has("computed") else None,
        begins=tuple(FieldId(name) for name in row.names("begins", dictionary.fields, "field")),
        offers=row.choice("offers", CardAttribute) if row.has("offers") else None,
        wide=row.flag("wide"),
    )
    if field in dictionary.fields:
        _check_use(row, use, dictionary, words)
    return use


def _computed(row: Table, spec: Field | None, dictionary: Dictionary, words: Vocabulary) -> Value | None:
    """The value of a field that nobody fills in. It is the same on whatever day and for whoever looks."""
    found = row.value("computed", words)
    if found is None or spec is None:
        return None
    value, told = found
    if told.type is not type_of_field(spec.kind):
        row.fault("computed", f"a {told.type.value}, not a {type_of_field(spec.kind).value}")
    for name in sorted(_made_of(names_in(value), dictionary)):
        if name in dictionary.facts or name in words_of_parameters(dictionary.parameters):
            row.fault("computed", f"follows from {name!r}, which is not of the form")
    if row.has("default") or row.has("card"):
        row.fault("computed", "nothing else fills it in")
    return value


def _check_use(row: Table, use: FieldUse, dictionary: Dictionary, words: Vocabulary) -> None:
    field = dictionary.fields[use.field]
    if use.default and not _fits(use.default, field.kind, words[field.id]):
        row.fault("default", f"{use.default!r} is neither a value of {field.id} nor a word for one")
    if (use.begins or use.offers) and field.kind not in (FieldKind.TEXT, FieldKind.LONG_TEXT):
        row.fault("id", f"{field.id} is no text, so it begins with nothing and offers nothing")
    for chosen in use.begins:
        if chosen not in words or dictionary.fields[chosen].kind is not FieldKind.CHOICE:
            row.fault("begins", f"{chosen!r} is nothing that this form lets choose")
    for check in (dictionary.checks[name] for name in field.checks if name in dictionary.checks):
        looked_at = names_in(check.when)
        if check.kind is CheckKind.SAME_AS:
            looked_at |= {check.parameters.get("field", "")}
        for name in sorted(looked_at - words.keys()):
            row.fault("id", f"the check {check.id} looks at {name!r}, which this form does not have")


def _fits(default: str, kind: FieldKind, spec: FactSpec) -> bool:
    if kind is FieldKind.DATE:
        return default == DefaultWord.TODAY or parse_date(default) is not None
    if spec.values:
        return default in spec.values or default in (DefaultWord.OFFICE_REGION, DefaultWord.OFFICE_TOWNSHIP)
    return _WORD.fullmatch(default) is None


def _material_use(row: Table, dictionary: Dictionary, words: Vocabulary) -> MaterialUse:
    use = MaterialUse(
        material=MaterialId(row.name("id", dictionary.materials, "material")),
        required=row.condition("required", words),
        offered=row.condition("offered", words, ALWAYS),
        min_pages=row.number("min_pages", 1),
        max_pages=row.number("max_pages", 20),
        page_names=row.texts("page_names"),
    )
    if not 1 <= use.min_pages <= use.max_pages:
        row.fault("min_pages", f"{use.min_pages} to {use.max_pages} pages")
    return use
