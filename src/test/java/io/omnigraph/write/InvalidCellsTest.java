package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.TableKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.junit.jupiter.api.Test;

/** Tables of columns refuse what records refuse, and name the row. */
class InvalidCellsTest extends InvalidValueTestBase {

  @Test
  void tablesRefuseInvalidCellsWithTheirRow() throws IOException {
    Map<String, String> cases =
        Map.of(
            "i32,2147483648", "row 2: property 'i32' value 2147483648 exceeds Int32 range",
            "u32,-1", "row 2: property 'u32' value -1 exceeds UInt32 range",
            "day,2024-02-30", "row 2: invalid Date literal '2024-02-30'",
            "kind,c", "row 2: invalid enum value 'c' for Thing.kind (expected: a, b)",
            "age,121", "row 2: @range violation on Thing.age: value 121 > max 120",
            "code,lower",
                "row 2: @check violation on Thing.code: value 'lower' does not match pattern"
                    + " '^[A-Z]+$'",
            "mail,m1", "row 2: @unique violation on Thing.mail: value 'm1' held by 't1' and 'new'",
            "need,", "row 2: non-nullable property 'need' has null or invalid values",
            "color,red", "column 'color' feeds no property of node:Thing");
    Map<String, Map<String, Object>> before = content();
    for (Map.Entry<String, String> each : cases.entrySet()) {
      String[] cell = each.getKey().split(",", -1);
      boolean need = cell[0].equals("need");
      Path file = directory.resolve("cells.csv");
      Files.writeString(
          file,
          need
              ? "name,need\nok,1\nnew,\n"
              : "name,need," + cell[0] + "\nok,1,\nnew,1," + cell[1] + "\n");
      for (LoadMode mode : List.of(LoadMode.APPEND, LoadMode.MERGE)) {
        TabularInput input =
            new TabularInput(file, TabularInput.Format.CSV, TableKey.parse("node:Thing"), Map.of());
        assertThatThrownBy(() -> load(input, mode))
            .as("%s by %s", each, mode)
            .isInstanceOf(BadRequestException.class)
            .hasMessageContaining(each.getValue());
      }
    }
    assertThat(content()).isEqualTo(before);
  }

  @Test
  void cellsOfAnArrowFileAreCheckedEvenWhereTheyAreCopied() throws IOException {
    arrowRefused(
        "i32",
        new BigIntVector("i32", graph.storage.allocator()),
        v -> {
          ((BigIntVector) v).setSafe(0, 2_147_483_648L);
        },
        "row 1: property 'i32' value 2147483648 exceeds Int32 range");
    arrowRefused(
        "f64",
        new Float8Vector("f64", graph.storage.allocator()),
        v -> {
          ((Float8Vector) v).setSafe(0, Double.NaN);
        },
        "row 1: property 'f64'");
    arrowRefused(
        "f32",
        new Float4Vector("f32", graph.storage.allocator()),
        v -> {
          ((Float4Vector) v).setSafe(0, Float.POSITIVE_INFINITY);
        },
        "row 1: property 'f32'");
    arrowRefused(
        "text",
        new VarCharVector("text", graph.storage.allocator()),
        v -> {
          ((VarCharVector) v).setSafe(0, new byte[] {'a', (byte) 0xC3, 'b'});
        },
        "row 1: text is not UTF-8");
    arrowRefused(
        "kind",
        new VarCharVector("kind", graph.storage.allocator()),
        v -> {
          ((VarCharVector) v).setSafe(0, new byte[] {'c'});
        },
        "row 1: invalid enum value 'c' for Thing.kind (expected: a, b)");
    arrowRefused(
        "mail",
        new VarCharVector("mail", graph.storage.allocator()),
        v -> {
          ((VarCharVector) v).setSafe(0, "m1".getBytes(StandardCharsets.UTF_8));
        },
        "row 1: @unique violation on Thing.mail: value 'm1' held by 't1' and 'new'");
    arrowRefused(
        "u32",
        new IntVector("u32", graph.storage.allocator()),
        v -> {
          ((IntVector) v).setSafe(0, -1);
        },
        "row 1: property 'u32' value -1 exceeds UInt32 range");
  }

  private void arrowRefused(
      String property, FieldVector cells, Consumer<FieldVector> fill, String message)
      throws IOException {
    Map<String, Map<String, Object>> before = content();
    Path file = directory.resolve(property + ".arrow");
    VarCharVector name = new VarCharVector("name", graph.storage.allocator());
    IntVector need = new IntVector("need", graph.storage.allocator());
    try (VectorSchemaRoot root = VectorSchemaRoot.of(name, need, cells);
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        ArrowFileWriter writer = new ArrowFileWriter(root, null, channel)) {
      root.allocateNew();
      name.setSafe(0, "new".getBytes(StandardCharsets.UTF_8));
      need.setSafe(0, 1);
      fill.accept(cells);
      root.setRowCount(1);
      writer.writeBatch();
    }
    TabularInput input =
        new TabularInput(file, TabularInput.Format.ARROW, TableKey.parse("node:Thing"), Map.of());
    for (LoadMode mode : List.of(LoadMode.APPEND, LoadMode.MERGE)) {
      assertThatThrownBy(() -> load(input, mode))
          .as(property)
          .isInstanceOf(BadRequestException.class)
          .hasMessageStartingWith(message);
    }
    assertThat(content()).isEqualTo(before);
  }

  private void load(TabularInput input, LoadMode mode) {
    try (LoadOperation operation =
        new LoadOperation(
            input,
            LoadOptions.of(mode),
            WriteRequest.to(BranchName.MAIN),
            graph.storage.allocator(),
            graph.ids)) {
      graph.apply(operation);
    }
  }
}
