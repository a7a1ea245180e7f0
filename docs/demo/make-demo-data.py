#!/usr/bin/env python3
"""Derives the demo graph from this project's own build.

    python3 docs/demo/make-demo-data.py > src/main/dist/demo/data.jsonl

Runs `mvn dependency:tree -Dverbose` for who depends on whom, and reads licences, organisations and
descriptions from the POM files that Maven has already put into the local repository. The output is
sorted, so two runs over the same build give the same file. Standard library only.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
POM = "{http://maven.apache.org/POM/4.0.0}"

# The names under which POM files know a licence; the first match counts.
LICENCES = [
    ("Apache-2.0", "Apache License 2.0", "permissive", r"apache|asl[ -]?2"),
    ("EPL-2.0", "Eclipse Public License 2.0", "weak-copyleft", r"eclipse.*2\.0|epl[ -]?2"),
    ("EPL-1.0", "Eclipse Public License 1.0", "weak-copyleft", r"eclipse.*1\.0|epl[ -]?1"),
    ("EDL-1.0", "Eclipse Distribution License 1.0", "permissive", r"edl|eclipse distribution"),
    ("LGPL-2.1", "GNU Lesser General Public License 2.1", "weak-copyleft", r"lgpl|lesser general"),
    ("GPL-2.0-CE", "GNU GPL 2 with Classpath Exception", "weak-copyleft", r"(gpl|gnu general).*(classpath|cpe|ce)|cddl.*gpl"),
    ("CDDL-1.1", "Common Development and Distribution License", "weak-copyleft", r"cddl"),
    ("BSD-3-Clause", "BSD 3-Clause License", "permissive", r"bsd[- ]?3|new bsd|revised bsd|3-clause"),
    ("BSD-2-Clause", "BSD 2-Clause License", "permissive", r"bsd[- ]?2|2-clause"),
    ("BSD", "BSD-style licence", "permissive", r"bsd|go license"),
    ("MIT-0", "MIT No Attribution", "permissive", r"mit-0"),
    ("MIT", "MIT License", "permissive", r"\bmit\b|bouncy"),
    ("CC0-1.0", "Creative Commons Zero", "public-domain", r"cc0|public domain"),
]


def fail(message):
    sys.exit(f"make-demo-data: {message}")


def dependency_tree():
    """Lines of the verbose tree of the build, all scopes."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "tree.txt")
        command = ["mvn", "-B", "-q", "dependency:tree", "-Dverbose", f"-DoutputFile={target}"]
        if subprocess.run(command, cwd=PROJECT, stdout=sys.stderr).returncode != 0:
            fail("mvn dependency:tree failed")
        return target.read_text(encoding="utf-8").splitlines()


def local_repository():
    command = ["mvn", "-q", "help:evaluate", "-Dexpression=settings.localRepository", "-DforceStdout"]
    answer = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    lines = [line for line in answer.stdout.splitlines() if line.startswith(os.sep)]
    return Path(re.sub("\x1b\\[[0-9;]*m", "", lines[-1])) if lines else Path.home() / ".m2/repository"


class Pom:
    """One POM file with what it inherits."""

    def __init__(self, repository, group, name, version):
        path = repository / group.replace(".", "/") / name / version / f"{name}-{version}.pom"
        self.root = xml.parse(path).getroot() if path.is_file() else None
        self.coordinates = {"groupId": group, "artifactId": name, "version": version}
        self.parent = None
        declared = self.root.find(f"{POM}parent") if self.root is not None else None
        if declared is not None:
            self.parent = Pom(repository, *(self._text(declared, tag) for tag in self.coordinates))

    @staticmethod
    def _text(element, tag):
        found = element.find(POM + tag)
        return found.text.strip() if found is not None and found.text else ""

    def interpolate(self, text):
        def value(match):
            key = re.sub(r"^(project|pom)\.", "", match.group(1))
            level = self
            while level is not None and level.root is not None:
                properties = level.root.find(f"{POM}properties")
                if properties is not None and self._text(properties, match.group(1)):
                    return self._text(properties, match.group(1))
                level = level.parent
            return self.coordinates.get(key, "")

        return re.sub(r"\$\{([^}]+)\}", value, text)

    def inherited(self, path):
        """The elements at a path, of the nearest POM that has any."""
        if self.root is None:
            return []
        found = self.root.findall("/".join(POM + part for part in path.split("/")))
        return found or (self.parent.inherited(path) if self.parent else [])

    def text(self, path):
        texts = [element.text for element in self.inherited(path) if element.text]
        return re.sub(r"\s+", " ", self.interpolate(texts[0])).strip() if texts else ""

    def licences(self):
        names = [self._text(element, "name") for element in self.inherited("licenses/license")]
        known = set()
        for name in names:
            hit = next((entry for entry in LICENCES if re.search(entry[3], name, re.I)), None)
            if hit is None:
                fail(f"licence '{name}' of {self.coordinates} has no entry in LICENCES")
            known.add(hit[:3])
        return known


class Tree:
    """Artifacts, who depends on whom, and which version replaced which."""

    LINE = re.compile(r"^(?P<indent>[|+\\ -]*)\(?(?P<coordinates>[^ ()]+)(?P<rest>.*)$")

    def __init__(self, lines):
        self.artifacts = {}
        self.dependencies = {}
        self.replacements = {}
        path = []
        for line in lines:
            match = self.LINE.match(line)
            depth = len(match["indent"]) // 3
            path[depth:] = [self._read(path[depth - 1] if depth else None, match)]

    def _read(self, parent, match):
        group, name, *rest = match["coordinates"].split(":")
        scope = rest.pop() if parent else "compile"
        shown = rest.pop()
        notes = match["rest"]
        managed = re.search(r"version managed from ([^ ;)]+)", notes)
        conflict = re.search(r"omitted for conflict with ([^ ;)]+)", notes)
        chosen = conflict[1] if conflict else shown
        asked = managed[1] if managed else shown
        key = (group, name, chosen)
        if "omitted for" not in notes:
            self.artifacts[key] = scope
        if asked != chosen:
            self.artifacts.setdefault((group, name, asked), None)
            reason = "conflict" if conflict else "managed"
            self.replacements[(key, (group, name, asked))] = reason
        if parent:
            edge = self.dependencies.setdefault((parent, key), {"scope": scope, "asked": asked})
            edge["asked"] = max(edge["asked"], asked)
        return key


def coordinate(key):
    return ":".join(key)


def node(node_type, **data):
    return {"type": node_type, "data": {name: value for name, value in data.items() if value not in (None, "")}}


def edge(edge_type, source, target, **data):
    return {"edge": edge_type, "from": source, "to": target, "data": {"id": f"{source} > {target}", **data}}


def shorten(text, limit=280):
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " …"


def records(tree, repository):
    licences, organisations, libraries = set(), set(), set()
    nodes, edges = [], []
    for key, scope in tree.artifacts.items():
        group, name, version = key
        pom = Pom(repository, *key)
        jars = sorted((repository / group.replace(".", "/") / name / version).glob("*.jar"))
        description = pom.text("description")
        if group == "io.omnigraph":
            description = xml.parse(PROJECT / "pom.xml").getroot().findtext(f"{POM}description")
        nodes.append(
            node(
                "Artifact",
                coordinate=coordinate(key),
                group=group,
                name=name,
                version=version,
                scope=scope,
                selected=scope is not None,
                description=shorten(description),
                kilobytes=sum(jar.stat().st_size for jar in jars) // 1024 if scope and jars else None,
            )
        )
        library = f"{group}:{name}"
        libraries.add((library, name))
        edges.append(edge("VersionOf", coordinate(key), library))
        if scope is None:
            continue
        found = pom.licences()
        if group == "io.omnigraph":
            found = {entry[:3] for entry in LICENCES if entry[0] == "Apache-2.0"}
        for licence in found:
            licences.add(licence)
            edges.append(edge("LicensedUnder", coordinate(key), licence[0]))
        organisation = pom.text("organization/name")
        if organisation:
            organisations.add(organisation)
            edges.append(edge("PublishedBy", coordinate(key), organisation))
    nodes += [node("Licence", spdx=i, title=title, kind=kind) for i, title, kind in licences]
    nodes += [node("Organisation", name=name) for name in organisations]
    nodes += [node("Library", path=path, name=name) for path, name in libraries]
    for (source, target), data in tree.dependencies.items():
        edges.append(edge("DependsOn", coordinate(source), coordinate(target), **data))
    for (chosen, asked), reason in tree.replacements.items():
        edges.append(edge("Replaces", coordinate(chosen), coordinate(asked), reason=reason))
    by_text = lambda record: json.dumps(record, sort_keys=True)
    return sorted(nodes, key=by_text) + sorted(edges, key=by_text)


def main():
    for record in records(Tree(dependency_tree()), local_repository()):
        print(json.dumps(record, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main()
