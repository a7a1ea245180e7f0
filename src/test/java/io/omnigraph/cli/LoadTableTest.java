package io.omnigraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tabular files on the command line. */
class LoadTableTest {

  @TempDir Path directory;

  @BeforeEach
  void init() throws IOException {
    Files.writeString(
        directory.resolve("s.pg"),
        "node Person { name: String @key age: I32? } edge Knows: Person -> Person");
    CliRun.ok(directory, "init", "--schema", "s.pg", "g");
    Files.writeString(directory.resolve("people.csv"), "full name,age\nAda,36\nBob,\n");
    Files.writeString(directory.resolve("knows.csv"), "a,b\nAda,Bob\n");
  }

  @Test
  void nodesAndEdgesComeFromMappedColumns() {
    CliRun.ok(
        directory,
        "load",
        "g",
        "--data",
        "people.csv",
        "--mode",
        "append",
        "--format",
        "csv",
        "--type",
        "Person",
        "--map",
        "name=full name");
    CliRun edges =
        CliRun.ok(
            directory,
            "load",
            "g",
            "--data",
            "knows.csv",
            "--mode",
            "append",
            "--format",
            "csv",
            "--edge",
            "Knows",
            "--map",
            "from=a",
            "--map",
            "to=b",
            "--json");
    assertThat(edges.json().path("edges_loaded").asInt()).isEqualTo(1);
    CliRun rows =
        CliRun.ok(
            directory,
            "query",
            "--store",
            "g",
            "-e",
            "query q() { match { $p: Person $p knows $f } return { $p.name, $p.age, $f.name as f }"
                + " }",
            "--json");
    assertThat(rows.json().path("rows").toString())
        .isEqualTo("[{\"p.name\":\"Ada\",\"p.age\":36,\"f\":\"Bob\"}]");
  }

  @Test
  void optionsThatDoNotFitTogetherAreUsageErrors() {
    CliRun noFormat =
        CliRun.of(
            directory, "load", "g", "--data", "people.csv", "--mode", "append", "--type", "Person");
    assertThat(noFormat.code()).isEqualTo(ExitCodes.USAGE);
    assertThat(noFormat.err()).contains("add --format");
    CliRun noType =
        CliRun.of(
            directory, "load", "g", "--data", "people.csv", "--mode", "append", "--format", "csv");
    assertThat(noType.code()).isEqualTo(ExitCodes.USAGE);
    assertThat(noType.err()).contains("exactly one of --type and --edge");
  }

  @Test
  void aBadCellNamesItsRowAndLoadsNothing() throws IOException {
    Files.writeString(directory.resolve("bad.csv"), "name,age\nAda,1\nBob,old\n");
    CliRun run =
        CliRun.of(
            directory,
            "load",
            "g",
            "--data",
            "bad.csv",
            "--mode",
            "append",
            "--format",
            "csv",
            "--type",
            "Person");
    assertThat(run.code()).isEqualTo(ExitCodes.FAILURE);
    assertThat(run.err()).contains("row 2: ").contains("'age'");
    assertThat(CliRun.ok(directory, "snapshot", "g").out())
        .contains("node:Person v1 branch=main rows=0");
  }
}
