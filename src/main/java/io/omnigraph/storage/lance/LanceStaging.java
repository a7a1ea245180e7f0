package io.omnigraph.storage.lance;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.ObjectStore.ObjectInfo;
import io.omnigraph.storage.RedoRecord;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.StageRequest;
import io.omnigraph.storage.StagedFiles;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableSchemas;
import io.omnigraph.storage.lance.LanceStagedWrite.StagedFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.lance.Fragment;
import org.lance.FragmentMetadata;
import org.lance.WriteParams;
import org.lance.fragment.DataFile;
import org.lance.fragment.DeletionFile;
import org.lance.fragment.DeletionFileType;
import org.lance.operation.Merge;
import org.lance.operation.Overwrite;
import org.lance.operation.Update;
import org.lance.schema.LanceField;

/**
 * Writes files and builds transactions. Nothing here moves a table.
 *
 * <p>Every transaction is an {@code Update} in the mode "rewrite rows" that names all field ids as
 * preserving the index coverage: left empty, the library would count the new fragments as indexed
 * although they are not, and lose their rows. New rows get fresh row ids; keeping them breaks the
 * indices of the library.
 */
final class LanceStaging {

  static final String DATA_STORAGE_VERSION = "2.2";

  /**
   * A fragment id that never exists. Naming it as removed makes two transactions on one base
   * exclude each other, whatever rows they touch.
   */
  static final long FENCE = 4294967295L;

  /** Up to so many rows are handed over at once. */
  private static final int SMALL = 1024;

  private static final String WRITE = "write rows of";

  /** Field metadata by which the library takes the id of a column. */
  private static final String FIELD_ID = "lance:field_id";

  private final LanceContext context;

  LanceStaging(LanceContext context) {
    this.context = context;
  }

  /**
   * @param base of the table, or of the one it will be forked from
   */
  StagedFiles writeFiles(
      LanceSnapshot base, TableAddress target, RowSource rows, int maxRowsPerFile) {
    if (rows.rowCount() == 0) {
      return new LanceStagedFiles(target, List.of());
    }
    LanceStagedFiles written = write(base, target, numbered(base, target, rows), maxRowsPerFile);
    context.recentRows.remember(base, written.fragments(), rows);
    return written;
  }

  /**
   * Where a fork is still to be made there is no table yet whose numbers the library could take
   * over: it would count the columns in their order, and a base that counts otherwise, as after a
   * change of its schema, would read each under the name of another.
   */
  private static RowSource numbered(LanceSnapshot base, TableAddress target, RowSource rows) {
    if (target.equals(base.address()) || base.numbersFieldsInOrder()) {
      return rows;
    }
    Map<String, LanceField> known = new HashMap<>();
    base.call("read the schema of", () -> base.dataset().getLanceSchema().fields())
        .forEach(field -> known.put(field.getName(), field));
    List<Field> fields =
        rows.schema().getFields().stream()
            .map(f -> withIds(f, Objects.requireNonNull(known.get(f.getName()), f.getName())))
            .toList();
    return new NumberedRows(rows, new Schema(fields, rows.schema().getCustomMetadata()));
  }

  private LanceStagedFiles write(
      LanceSnapshot base, TableAddress target, RowSource rows, int maxRowsPerFile) {
    WriteParams.Builder params =
        new WriteParams.Builder()
            .withMode(mode(base, rows))
            .withEnableStableRowIds(true)
            .withDataStorageVersion(DATA_STORAGE_VERSION)
            .withAllowExternalBlobOutsideBases(true)
            .withStorageOptions(context.lanceOptions(true));
    if (maxRowsPerFile > 0) {
      params.withMaxRowsPerFile(maxRowsPerFile);
    }
    return new LanceStagedFiles(
        target,
        rows.rowCount() <= SMALL && !TableSchemas.hasBlob(rows.schema())
            ? writeSmall(target, rows, params.build())
            : writeStream(target, rows, params.build()));
  }

  private List<FragmentMetadata> writeStream(
      TableAddress target, RowSource rows, WriteParams params) {
    return exporting(
        rows,
        target,
        WRITE,
        stream ->
            Fragment.write()
                .datasetUri(context.uri(target))
                .allocator(context.allocator)
                .data(stream)
                .writeParams(params)
                .execute());
  }

  /**
   * A stream is pulled by threads of the library, each of which has to be made known to the virtual
   * machine first; for a handful of rows that takes longer than the write. A single batch is handed
   * over as it is.
   */
  private List<FragmentMetadata> writeSmall(
      TableAddress target, RowSource rows, WriteParams params) {
    try (BatchStream stream = rows.open(context.allocator)) {
      VectorSchemaRoot batch = stream.next();
      if (batch == null || batch.getRowCount() != rows.rowCount()) {
        return writeStream(target, rows, params);
      }
      return Fragment.write()
          .datasetUri(context.uri(target))
          .allocator(context.allocator)
          .data(batch)
          .writeParams(params)
          .execute();
    } catch (Exception | LinkageError e) {
      throw LanceErrors.translate(e, WRITE, target);
    }
  }

  /**
   * In the mode "append" the library opens the newest version of the table to number the columns as
   * the table does, which costs requests and grows with the number of versions. "Create" numbers
   * them in order and looks at nothing; the files are the same if the table counts like that.
   */
  private static WriteParams.WriteMode mode(LanceSnapshot base, RowSource rows) {
    boolean plain =
        base.numbersFieldsInOrder()
            && !TableSchemas.hasBlob(base.schema())
            && rows.schema().getFields().equals(base.schema().getFields());
    return plain ? WriteParams.WriteMode.CREATE : WriteParams.WriteMode.APPEND;
  }

  interface StreamUse<T> {
    T run(ArrowArrayStream stream);
  }

  /** Hands the rows to the library as a C stream; a failure of the source comes out unchanged. */
  <T> T exporting(RowSource rows, TableAddress target, String doing, StreamUse<T> use) {
    try (SourceReader reader = new SourceReader(context.allocator, rows);
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(context.allocator)) {
      Data.exportArrayStream(context.allocator, reader, stream);
      try {
        return use.run(stream);
      } catch (Exception | LinkageError e) {
        RuntimeException original = reader.failure();
        if (original != null) {
          original.addSuppressed(e);
          throw LanceErrors.translate(original, doing, target);
        }
        throw LanceErrors.translate(e, doing, target);
      }
    }
  }

  LanceStagedWrite stage(LanceSnapshot base, StageRequest request) {
    TreeMap<Integer, List<Integer>> offsets = new TreeMap<>();
    for (long address : request.deletedAddresses()) {
      int fragment = (int) (address >>> 32);
      if (!request.removedFragments().contains(fragment)) {
        offsets.computeIfAbsent(fragment, f -> new ArrayList<>()).add((int) address);
      }
    }
    List<FragmentMetadata> updated = new ArrayList<>();
    List<Long> removed = new ArrayList<>();
    request.removedFragments().stream().sorted().forEach(id -> removed.add((long) id));
    base.call(
        "stage deletions of",
        () -> {
          for (Map.Entry<Integer, List<Integer>> entry : offsets.entrySet()) {
            Fragment fragment = base.fragmentOrNull(entry.getKey());
            if (fragment == null) {
              throw new IllegalArgumentException(
                  "Invalid user input: no fragment " + entry.getKey());
            }
            FragmentMetadata rest = fragment.deleteRows(entry.getValue());
            if (rest == null) {
              // Nothing of the fragment is left.
              removed.add((long) entry.getKey());
            } else {
              updated.add(rest);
            }
          }
          return updated;
        });
    if (request.fenced()) {
      removed.add(FENCE);
    }
    List<FragmentMetadata> added = new ArrayList<>();
    for (StagedFiles files : request.added()) {
      LanceStagedFiles staged = (LanceStagedFiles) files;
      if (!staged.address().equals(base.address())) {
        throw new IllegalArgumentException(
            "files of " + staged.address() + " cannot be committed to " + base.address());
      }
      added.addAll(staged.fragments());
    }
    Update update = update(updated, removed, added, base.fieldIds());
    return new LanceStagedWrite(
        base, update, filesOf(base, updated, added), request.deletedAddresses());
  }

  /**
   * One {@code Merge} with the fragments as they are: the library reads missing columns as null,
   * gives new ones fresh field ids and drops the indices of columns that vanish. It conflicts with
   * every concurrent change of rows, so it needs no fence.
   */
  LanceStagedWrite stageSchema(LanceSnapshot base, Schema target, Map<String, String> renamed) {
    for (Field field : target.getFields()) {
      Field known = source(base.schema(), field, renamed);
      if (known == null && !field.isNullable()) {
        throw new BadRequestException(
            "column_not_nullable", "column '" + field.getName() + "' is new and must be nullable");
      }
      if (known != null && !known.equals(field)) {
        throw new BadRequestException(
            "column_type_changed",
            "column '"
                + field.getName()
                + "' changes from "
                + known
                + " to "
                + field
                + "; drop it first, then add it");
      }
    }
    Schema stamped =
        new Schema(identified(base, target, renamed), base.schema().getCustomMetadata());
    List<FragmentMetadata> fragments =
        base.call(
            "list fragments of",
            () -> base.dataset().getFragments().stream().map(Fragment::metadata).toList());
    return new LanceStagedWrite(
        base, Merge.builder().fragments(fragments).schema(stamped).build(), List.of(), null);
  }

  private static @Nullable Field source(Schema base, Field field, Map<String, String> renamed) {
    String oldName = renamed.get(field.getName());
    if (oldName == null) {
      return fieldOrNull(base, field.getName());
    }
    Field known = fieldOrNull(base, oldName);
    if (known == null) {
      throw new BadRequestException(
          "no_such_column",
          "column '" + field.getName() + "' cannot be '" + oldName + "' renamed: there is none");
    }
    return new Field(field.getName(), known.getFieldType(), known.getChildren());
  }

  /**
   * The target's fields. The library tells columns apart by id and finds the ids of unnamed ones by
   * name, so a renamed column, with all its children, is given its id.
   */
  private static List<Field> identified(
      LanceSnapshot base, Schema target, Map<String, String> renamed) {
    if (renamed.isEmpty()) {
      return target.getFields();
    }
    Map<String, LanceField> known = new HashMap<>();
    base.call("read the schema of", () -> base.dataset().getLanceSchema().fields())
        .forEach(field -> known.put(field.getName(), field));
    List<Field> fields = new ArrayList<>();
    for (Field field : target.getFields()) {
      String oldName = renamed.get(field.getName());
      fields.add(
          oldName == null ? field : withIds(field, Objects.requireNonNull(known.get(oldName))));
    }
    return fields;
  }

  private static Field withIds(Field field, LanceField known) {
    Map<String, String> metadata = new HashMap<>(field.getMetadata());
    metadata.put(FIELD_ID, Integer.toString(known.getId()));
    List<Field> children = new ArrayList<>();
    for (Field child : field.getChildren()) {
      LanceField match =
          known.getChildren().stream()
              .filter(c -> c.getName().equals(child.getName()))
              .findFirst()
              .orElse(null);
      children.add(match == null ? child : withIds(child, match));
    }
    return new Field(
        field.getName(),
        new FieldType(field.isNullable(), field.getType(), field.getDictionary(), metadata),
        children);
  }

  /** An overwrite without fragments. */
  LanceStagedWrite stageReplacement(LanceSnapshot base, Schema target) {
    return new LanceStagedWrite(
        base, Overwrite.builder().fragments(List.of()).schema(target).build(), List.of(), null);
  }

  private static @Nullable Field fieldOrNull(Schema schema, String name) {
    return schema.getFields().stream()
        .filter(field -> field.getName().equals(name))
        .findFirst()
        .orElse(null);
  }

  LanceStagedWrite fromRedo(LanceSnapshot base, RedoRecord redo) {
    return new LanceStagedWrite(base, RedoJson.operation(redo), RedoJson.files(redo), null);
  }

  boolean filesIntact(LanceSnapshot base, LanceStagedWrite staged) {
    String folder = context.key(base.address()) + "/";
    for (StagedFile file : staged.files()) {
      Optional<ObjectInfo> found = context.objects.stat(folder + file.path());
      if (found.isEmpty() || file.size() >= 0 && found.get().size() != file.size()) {
        return false;
      }
    }
    return true;
  }

  static Update update(
      List<FragmentMetadata> updated,
      List<Long> removed,
      List<FragmentMetadata> added,
      long[] fieldIds) {
    return Update.builder()
        .updatedFragments(updated)
        .removedFragmentIds(removed)
        .newFragments(added)
        .updateMode(RedoJson.mode())
        .fieldsForPreservingFragBitmap(fieldIds)
        .build();
  }

  private List<StagedFile> filesOf(
      LanceSnapshot base, List<FragmentMetadata> updated, List<FragmentMetadata> added) {
    List<StagedFile> files = new ArrayList<>();
    boolean blobs = TableSchemas.hasBlob(base.schema());
    for (FragmentMetadata fragment : added) {
      for (DataFile file : fragment.getFiles()) {
        String path = "data/" + file.getPath();
        files.add(
            new StagedFile(path, file.getFileSizeBytes() == null ? -1 : file.getFileSizeBytes()));
        if (blobs) {
          files.addAll(blobFiles(base.address(), path));
        }
      }
    }
    for (FragmentMetadata fragment : updated) {
      String path = deletionPath(fragment);
      files.add(new StagedFile(path, localSize(base.address(), path)));
    }
    return files;
  }

  /** Large payloads lie beside their data file, in a folder of its name. */
  private List<StagedFile> blobFiles(TableAddress address, String dataFile) {
    String folder = context.key(address) + "/";
    String stem = dataFile.substring(0, dataFile.length() - ".lance".length()) + "/";
    return context.objects.list(folder + stem).stream()
        .map(o -> new StagedFile(o.key().substring(folder.length()), o.size()))
        .toList();
  }

  /** A bucket holds whole objects only, so the length needs no request there. */
  private long localSize(TableAddress address, String path) {
    if (!context.root.isLocal()) {
      return -1;
    }
    return context
        .objects
        .stat(context.key(address) + "/" + path)
        .map(ObjectInfo::size)
        .orElse(-1L);
  }

  /** Where the library puts the deletion vector of a fragment. */
  private static String deletionPath(FragmentMetadata fragment) {
    DeletionFile file = fragment.getDeletionFile();
    return "_deletions/"
        + fragment.getId()
        + "-"
        + file.getReadVersion()
        + "-"
        + Long.toUnsignedString(file.getId())
        + (file.getFileType() == DeletionFileType.ARRAY ? ".arrow" : ".bin");
  }
}
