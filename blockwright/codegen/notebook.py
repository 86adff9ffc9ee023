"""The file as a Jupyter notebook."""

import nbformat

from blockwright.codegen.assemble import Parts, imports
from blockwright.codegen.formatting import format_code


def write_notebook(parts: Parts) -> bytes:
    """The notebook as JSON text in UTF-8; the same parts give the same bytes."""
    code = "\n\n".join(f"{section.code}\n{section.run}" for section in parts.sections)
    v4 = nbformat.v4
    cells = [
        v4.new_markdown_cell(f"# {_markdown(parts.title)}\n\n{_markdown(parts.about)}"),
        v4.new_code_cell(format_code(imports(code, parts.plan)).strip("\n")),
    ]
    for section in parts.sections:
        heading = f"## {section.title}" + (f"\n\n{section.text}" if section.text else "")
        if section.code or section.run:
            cells.append(v4.new_markdown_cell(heading))
        for source in (section.code, section.run):
            if source.strip():
                cells.append(v4.new_code_cell(format_code(_for_cells(source)).strip("\n")))
    cells.append(v4.new_markdown_cell("## The design"))
    cells.append(v4.new_code_cell(parts.carried.strip("\n")))
    for number, cell in enumerate(cells):
        # nbformat would give random ids, and the same design would never give the same file.
        cell["id"] = f"cell-{number}"
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    book = v4.new_notebook(cells=cells, metadata=metadata)
    nbformat.validate(book)
    return nbformat.writes(book).encode("utf-8")


def _for_cells(source: str) -> str:
    """A notebook has no command line of its own: the data's path is a plain constant."""
    return source.replace("DATA = sys.argv[1] if len(sys.argv) > 1 else ", "DATA = ")


def _markdown(text: str) -> str:
    """Text that means only itself in Markdown."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>()#+-.!|~$&" else sign for sign in text)
