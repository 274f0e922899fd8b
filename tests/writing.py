"""Which rows of other rooms a source writes through the ORM, and where SQL hides its table.

Not a proof: it follows models through imports, annotations, assignments, loops and relations,
within one function, as people write them here. What it cannot follow it refuses where it can.
"""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from textwrap import dedent
from types import ModuleType
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

ALWAYS = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
# Also words of dictionaries, sets and clients: a write only when the receiver is a model's.
PERHAPS = {"update", "create", "delete", "add", "remove", "set", "clear"}
VERBS = {f"{prefix}{verb}" for verb in ALWAYS | PERHAPS for prefix in ("", "a")}
NEEDS_OWNER = {f"{prefix}{verb}" for verb in ALWAYS for prefix in ("", "a")}
THROUGH = {"list", "tuple", "sorted", "next", "iter", "reversed", "min", "max", "enumerate"}
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef)
VERB = r"\b(?:insert\s+into|merge\s+into|update|delete\s+from|truncate(?:\s+table)?|copy)"
WRITES = re.compile(rf'{VERB}\s+(?:only\s+)?(?:public\.)?"?([a-z]+)_[a-z]+', re.IGNORECASE)
PLACED = re.compile(rf'{VERB}\s+(?:only\s+)?(?:public\.)?"?[{{%]', re.IGNORECASE)
CUT_OFF = re.compile(rf"{VERB}\s+(?:only\s+)?$", re.IGNORECASE)


def foreign_writes(text: str, room: str, known: dict[str, Any]) -> list[str]:
    """`Stream.update` for every row of another room written, `?.save` for nobody knows whose.

    `known` is what the module's names stand for, as `vars(module)` has it.
    """
    found = []
    tree = ast.parse(text)
    known = Names(known).of(tree).known
    for scope, owner in _scopes(tree):
        models = Names(known | {"self": known.get(owner)}).of(scope)
        for node in _own(scope):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                verb, model = node.func.attr, models.type_of(node.func.value)
                if verb in VERBS and _is_model(model) and model._meta.app_label != room:
                    found.append(f"{model.__name__}.{verb}")
                elif verb in NEEDS_OWNER and model is None:
                    found.append(f"?.{verb}")
    return found


def hidden_tables(text: str, *, python: bool) -> list[str]:
    """SQL writes whose table is put in later: the text does not tell whose it is."""
    found = [one[0] for one in PLACED.finditer(text)]
    if python:
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant):
                found += CUT_OFF.findall(str(node.left.value))
    return found


class Names:
    """What the names of one function stand for: models (their rows and sets alike) and modules."""

    def __init__(self, known: dict[str, Any]):
        self.known = dict(known)

    def of(self, scope: ast.AST) -> "Names":
        # Twice: a loop may use what is only assigned further down.
        for _ in range(2):
            for node in _own(scope):
                self._learn(node)
        return self

    def type_of(self, node: ast.AST | None) -> Any:
        match node:
            case ast.Name(id=name):
                return _kept(self.known.get(name))
            case ast.Attribute(value=value, attr=name):
                return _attribute(self.type_of(value), name)
            case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in THROUGH:
                return self.type_of(first)
            case ast.Call(func=func):
                return self._returned(func)
            case ast.Subscript(value=value) | ast.Await(value=value) | ast.Starred(value=value):
                return self.type_of(value)
            case ast.BoolOp(values=values):
                return next(filter(None, map(self.type_of, values)), None)
            case ast.IfExp(body=body, orelse=other):
                return self.type_of(body) or self.type_of(other)
        return None

    def _learn(self, node: ast.AST) -> None:
        match node:
            case ast.ImportFrom(module=module, names=names) if module:
                for one in names:
                    self._bind(one.asname or one.name, getattr(import_module(module), one.name, 0))
            case ast.arg(arg=name, annotation=annotation) if annotation:
                self._bind(name, self._annotated(annotation))
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                self._bind(name, self._annotated(annotation))
        for target, value in _assigned(node):
            # `row, is_new = ...` names rows too; a flag taken for a row is asked nothing.
            for one in getattr(target, "elts", [target]):
                if isinstance(one, ast.Name):
                    self._bind(one.id, self.type_of(value))

    def _bind(self, name: str, thing: Any) -> None:
        if _kept(thing) or inspect.isfunction(thing):
            self.known[name] = thing

    def _annotated(self, annotation: ast.AST) -> Any:
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            annotation = ast.parse(annotation.value, mode="eval")
        named = (self.type_of(one) for one in ast.walk(annotation))
        return next(filter(_is_model, named), None)

    def _returned(self, func: ast.AST) -> Any:
        """What a function of ours says that it returns, else whatever the call hangs on."""
        called = self.known.get(func.id) if isinstance(func, ast.Name) else None
        if not inspect.isfunction(called):
            return self.type_of(func)
        # As written: QuerySet[Stream] forgets at run time what it is a set of.
        written = ast.parse(dedent(inspect.getsource(called))).body[0]
        says = written.returns if isinstance(written, SCOPES) else None
        return Names(called.__globals__)._annotated(says) if says else None


def _scopes(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """The module and each of its functions, with the class whose `self` it may hold."""
    yield tree, ""
    classes = [one for one in ast.walk(tree) if isinstance(one, ast.ClassDef)]
    owner = {id(method): one.name for one in classes for method in one.body}
    for node in ast.walk(tree):
        if isinstance(node, SCOPES):
            yield node, owner.get(id(node), "")


def _assigned(node: ast.AST) -> list[tuple[ast.AST, ast.AST]]:
    """What is named here, and what it is taken from."""
    match node:
        case ast.Assign(targets=targets, value=value):
            return [(target, value) for target in targets]
        case ast.NamedExpr(target=target, value=value):
            return [(target, value)]
        case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
            return [(target, value)]
        case ast.withitem(context_expr=value, optional_vars=target) if target:
            return [(target, value)]
    return []


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """Every node of the scope, without those of the functions inside it."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, SCOPES):
            yield child
            yield from _own(child)


def _attribute(owner: Any, name: str) -> Any:
    if isinstance(owner, ModuleType):
        return _kept(getattr(owner, name, None))
    if not _is_model(owner):
        return None
    try:
        return owner._meta.get_field(name.removesuffix("_set")).related_model or owner
    except FieldDoesNotExist:
        accessors = {one.get_accessor_name(): one for one in owner._meta.related_objects}
        return accessors[name].related_model if name in accessors else owner


def _kept(thing: Any) -> Any:
    return thing if isinstance(thing, ModuleType) or _is_model(thing) else None


def _is_model(thing: Any) -> bool:
    return inspect.isclass(thing) and issubclass(thing, Model)
