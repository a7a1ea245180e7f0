package io.omnigraph.storage.lance;

import io.omnigraph.storage.TableSchemas;
import java.nio.file.Path;
import java.util.*;
import org.apache.arrow.memory.*;
import org.apache.arrow.vector.*;
import org.apache.arrow.vector.ipc.*;
import org.apache.arrow.vector.types.pojo.*;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.*;
import org.lance.index.*;
import org.lance.index.scalar.*;
import org.lance.operation.*;
import org.lance.schema.*;

class ScratchTest {
  @TempDir Path dir;

  static List<Object> rows(Dataset d, String... cols) throws Exception {
    List<Object> out = new ArrayList<>();
    try (var sc =
            d.newScan(new org.lance.ipc.ScanOptions.Builder().columns(List.of(cols)).build());
        ArrowReader r = sc.scanBatches()) {
      while (r.loadNextBatch()) {
        var root = r.getVectorSchemaRoot();
        out.add(root.contentToTSVString());
      }
    }
    return out;
  }

  static void dump(String what, Dataset d) {
    System.err.println("== " + what + " v" + d.version());
    d.getLanceSchema()
        .fields()
        .forEach(f -> System.err.println("   " + f.getName() + " id=" + f.getId()));
    System.err.println("   indexes " + d.listIndexes());
  }

  @Test
  void renames() throws Exception {
    NativeLibrary.class.getName();
    try (BufferAllocator a = new RootAllocator()) {
      for (String mode : List.of("merge", "project", "alter")) {
        Schema s =
            new Schema(
                List.of(
                    TableSchemas.text("id", false),
                    TableSchemas.text("body", true),
                    TableSchemas.text("zed", true)));
        String uri = dir.resolve(mode).toString();
        Dataset d;
        try (VectorSchemaRoot root = VectorSchemaRoot.create(s, a)) {
          ((VarCharVector) root.getVector("id")).setSafe(0, "a".getBytes());
          ((VarCharVector) root.getVector("body")).setSafe(0, "x".getBytes());
          ((VarCharVector) root.getVector("zed")).setSafe(0, "z".getBytes());
          root.setRowCount(1);
          var src = new java.io.ByteArrayOutputStream();
          try (ArrowStreamWriter w = new ArrowStreamWriter(root, null, src)) {
            w.start();
            w.writeBatch();
            w.end();
          }
          try (ArrowStreamReader r =
              new ArrowStreamReader(new java.io.ByteArrayInputStream(src.toByteArray()), a)) {
            d =
                Dataset.write()
                    .allocator(a)
                    .reader(r)
                    .uri(uri)
                    .mode(WriteParams.WriteMode.CREATE)
                    .enableStableRowIds(true)
                    .dataStorageVersion("2.2")
                    .execute();
          }
        }
        d.createIndex(
            IndexOptions.builder(
                    List.of("body"),
                    IndexType.BTREE,
                    IndexParams.builder()
                        .setScalarIndexParams(BTreeIndexParams.builder().build())
                        .build())
                .withIndexName("body_idx")
                .build());
        d.checkoutLatest();
        dump(mode + " before", d);
        try {
          Field renamed =
              new Field(
                  "aaa",
                  new FieldType(true, ArrowType.Utf8.INSTANCE, null, Map.of("lance:field_id", "1")),
                  null);
          Field id =
              new Field(
                  "id",
                  new FieldType(
                      false, ArrowType.Utf8.INSTANCE, null, Map.of("lance:field_id", "0")),
                  null);
          Field zed =
              new Field(
                  "zed",
                  new FieldType(true, ArrowType.Utf8.INSTANCE, null, Map.of("lance:field_id", "2")),
                  null);
          Schema t = new Schema(List.of(id, renamed, zed));
          if (mode.equals("alter")) {
            d.alterColumns(List.of(new ColumnAlteration.Builder("body").rename("aaa").build()));
          } else {
            Operation op =
                mode.equals("merge")
                    ? Merge.builder()
                        .fragments(d.getFragments().stream().map(Fragment::metadata).toList())
                        .schema(t)
                        .build()
                    : Project.builder().schema(t).build();
            try (Transaction tx =
                new Transaction.Builder().readVersion(d.version()).operation(op).build()) {
              d = new CommitBuilder(d).execute(tx);
            }
          }
          dump(mode + " after", d);
          System.err.println(rows(d, "id", "aaa", "zed"));
          System.err.println(d.getSchema());
          try (var tx = d.readTransaction().get()) {
            System.err.println(tx.operation() + " " + tx.uuid());
          }
        } catch (Exception e) {
          System.err.println("!! " + e);
        }
      }
    }
  }
}
