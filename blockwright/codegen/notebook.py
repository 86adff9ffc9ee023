"""The file as a Jupyter notebook."""

import nbformat

from blockwright.codegen.assemble import Parts, imports
from blockwright.codegen.formatting import format_code


def write_notebook(made: Parts) -> bytes:
    """The notebook as JSON text in UTF-8; the same parts give the same bytes."""
    code = "\n\n".join(f"{one.code}\n{one.run}" for one in made.sections)
    v4 = nbformat.v4
    cells = [
        v4.new_markdown_cell(f"# {_markdown(made.title)}\n\n{_markdown(made.about)}"),
        v4.new_code_cell(format_code(imports(code, made.plan)).strip("\n")),
    ]
    for one in made.sections:
        heading = f"## {one.title}" + (f"\n\n{one.text}" if one.text else "")
        if one.code or one.run:
            cells.append(v4.new_markdown_cell(heading))
        for source in (one.code, one.run):
            if source.strip():
                cells.append(v4.new_code_cell(format_code(_for_cells(source)).strip("\n")))
    cells.append(v4.new_markdown_cell("## The design"))
    cells.append(v4.new_code_cell(made.carried.strip("\n")))
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
    return "".join(f"\\{one}" if one in "\\`*_{}[]<>()#+-.!|~$&" else one for one in text)
