"""The names of the parts that the package declares, read from its sources without importing them."""

import ast
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


@cache
def declared(kind: str) -> list[str]:
    """Return the sorted names in `@register("<kind>", "<name>")` of all modules of the package.

    >>> declared("sampler")
    ['gaussian', 'gmm', 'kde', 'prior', 'walk']
    """
    found: set[str] = set()
    for path in _PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if f'@register("{kind}"' not in text:
            continue
        for node in ast.parse(text).body:
            for call in getattr(node, "decorator_list", []):
                found |= _name_of(call, kind)
    return sorted(found)


def _name_of(decorator: ast.expr, kind: str) -> set[str]:
    """Return the name that a decorator `@register("<kind>", "<name>")` declares; empty for another decorator."""
    if not isinstance(decorator, ast.Call) or getattr(decorator.func, "id", "") != "register":
        return set()
    given = [argument.value for argument in decorator.args if isinstance(argument, ast.Constant)]
    return {str(given[1])} if len(given) == 2 and given[0] == kind else set()
