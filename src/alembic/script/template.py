"""Render a Mako template: the one place that loads Mako, and only when something is rendered.

>>> template = Template("migrations/script.py.mako")
>>> template.render({"message": "users"})
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from alembic.script.errors import ScriptError, short_path
from alembic.script.whole_file import write_over

TemplateValue = Any
"""What a template is given: text, functions, and whatever ``template_args`` adds."""


_OTHER_ENCODING = "choose another output_encoding, such as utf-8"


class TemplateError(ScriptError):
    """A template that can't be read or rendered. ``line`` is the template's line or None."""

    def __init__(
        self, path: str, line: int | None, problem: str, advice: str = "correct the template"
    ) -> None:
        self.path = path
        self.line = line
        self.problem = problem
        where = short_path(path) if line is None else f"{short_path(path)}, line {line}"
        super().__init__(
            f"Template rendering failed: {where}: {problem}. No file was written; {advice}."
        )


class Template:
    """One template file, read and compiled."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self._exceptions, templates = _mako()
        try:
            self._template = templates.Template(filename=self.path)
        except FileNotFoundError as error:
            advice = "copy one from another folder that 'alembic init' has written"
            raise TemplateError(self.path, None, "there is no such file", advice) from error
        except OSError as error:
            raise TemplateError(self.path, None, error.strerror or str(error)) from error
        except Exception as error:
            # Mako's own kind says where; else it is what a `<%! %>` block raised.
            line = getattr(error, "lineno", None) or None
            problem, _, _ = str(error).partition(f" in file {self.path!r}")
            raise TemplateError(self.path, line, problem) from error

    def render(self, values: Mapping[str, TemplateValue]) -> str:
        """The text that comes of ``values``; what the template's code raises is a TemplateError."""
        try:
            text: str = self._template.render_unicode(**values)
        except Exception as error:
            raise self._failure(error) from error
        return text

    def _failure(self, error: Exception) -> TemplateError:
        trace = self._exceptions.RichTraceback(error=error, traceback=error.__traceback__)
        code = [text for *_, name, _, text, _ in trace.records if name == self.path]
        problem = f"{type(error).__name__}: {error}"
        if code and code[-1]:
            problem += f", in {code[-1].strip()!r}"
        return TemplateError(self.path, trace.lineno if code else None, problem)


def _mako() -> tuple[Any, Any]:
    """Mako's modules, loaded when the first template is."""
    from mako import exceptions, template

    return exceptions, template


def template_to_file(
    template_file: str | os.PathLike[str],
    dest: str | os.PathLike[str],
    output_encoding: str,
    *,
    append_with_newlines: bool = False,
    **kw: TemplateValue,
) -> None:
    """Render ``template_file`` with ``kw`` into the file ``dest``, whole or not at all.

    What ``dest`` holds is replaced, or kept and followed by two line ends and the new text where
    ``append_with_newlines``. Raises :class:`TemplateError`.
    """
    content = render_file(template_file, output_encoding, **kw)
    if append_with_newlines:
        with suppress(FileNotFoundError):
            content = Path(dest).read_bytes() + b"\n\n" + content
    write_over(os.fspath(dest), content)


def render_file(
    template_file: str | os.PathLike[str], output_encoding: str, **kw: TemplateValue
) -> bytes:
    """What comes of ``template_file`` and ``kw``; raises :class:`TemplateError`."""
    template = Template(template_file)
    return encoded(template, template.render(kw), output_encoding)


def encoded(template: Template, text: str, encoding: str) -> bytes:
    """``text`` in the output encoding; raises :class:`TemplateError` where it has no such letters."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        letters = text[error.start : error.end]
        problem = f"{letters!r} can't be written in the output_encoding {encoding!r}"
        raise TemplateError(template.path, None, problem, _OTHER_ENCODING) from error
    except LookupError as error:
        problem = f"no such output_encoding {encoding!r}"
        raise TemplateError(template.path, None, problem, _OTHER_ENCODING) from error
