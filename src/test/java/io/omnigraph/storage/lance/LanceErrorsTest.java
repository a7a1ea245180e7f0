package io.omnigraph.storage.lance;

import static io.omnigraph.storage.TestTables.ID_BODY;
import static io.omnigraph.storage.TestTables.row;
import static io.omnigraph.storage.lance.RawTables.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.StorageException;
import io.omnigraph.storage.TableSchemas;
import io.omnigraph.storage.lance.LanceErrors.Situation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.Dataset;
import org.lance.Ref;
import org.lance.Session;
import org.lance.operation.Append;
import org.lance.operation.Overwrite;

/** Every situation that is told apart by a message, provoked in the real library. */
class LanceErrorsTest {

  private static final List<Long> FENCE = List.of(LanceStaging.FENCE);

  @TempDir Path directory;
  private RawTables raw;
  private Dataset table;

  @BeforeEach
  void open() {
    raw = new RawTables();
    table = raw.create(uri("t"), ID_BODY, row("a", "x"), row("b", "y"));
  }

  @AfterEach
  void close() throws Exception {
    raw.close();
  }

  private String uri(String name) {
    return directory.resolve(name).toString();
  }

  private void expect(
      Situation situation, Class<? extends GraphException> type, ThrowingCallable call) {
    Throwable error = catchThrowable(call);
    assertThat(error).as("nothing was thrown for %s", situation).isNotNull();
    assertThat(LanceErrors.classify(error)).as(String.valueOf(error)).isEqualTo(situation);
    GraphException translated = LanceErrors.translate(error, "touch", "nodes/t");
    assertThat(translated).isInstanceOf(type).hasCause(error);
    assertThat(translated.getMessage()).startsWith("cannot touch nodes/t: ").doesNotContain(".rs:");
    assertThat(translated.context()).containsEntry("location", "nodes/t");
  }

  @Test
  void aRetryableConflict() {
    raw.commit(table, update(List.of(), FENCE, List.of()));
    expect(
        Situation.RETRYABLE_CONFLICT,
        ConflictException.class,
        () -> raw.commit(table, update(List.of(), FENCE, List.of())));
  }

  @Test
  void anIncompatibleTransaction() {
    raw.commit(
        table,
        Overwrite.builder()
            .fragments(raw.write(table.uri(), ID_BODY, row("c", "z")))
            .schema(ID_BODY)
            .build());
    expect(
        Situation.INCOMPATIBLE_CONFLICT,
        ConflictException.class,
        () ->
            raw.commit(
                table,
                Append.builder()
                    .fragments(raw.write(table.uri(), ID_BODY, row("d", "z")))
                    .build()));
  }

  @Test
  void aNativeMergeThatLostItsRace() {
    Schema keyed =
        new Schema(
            List.of(
                new Field(
                    "id",
                    new FieldType(
                        false,
                        ID_BODY.findField("id").getType(),
                        null,
                        Map.of("lance-schema:unenforced-primary-key", "true")),
                    null),
                TableSchemas.text("body", true)));
    Dataset base = raw.create(uri("keyed"), keyed, row("a", "x"));
    raw.mergeInsert(base, keyed, 0, row("a", "1"));
    expect(
        Situation.LOST_RACE,
        ConflictException.class,
        () -> raw.mergeInsert(base, keyed, 0, row("a", "2")));
  }

  @Test
  void anAmbiguousMerge() {
    raw.btree(table, "id");
    Dataset once = raw.mergeInsert(table, ID_BODY, 0, row("a", "1"));
    expect(
        Situation.AMBIGUOUS_MERGE,
        ConflictException.class,
        () -> raw.mergeInsert(once, ID_BODY, 0, row("a", "2")));
  }

  @Test
  void aMissingDatasetOrVersion() {
    try (Session session = Session.builder().build()) {
      expect(
          Situation.DATASET_MISSING,
          NotFoundException.class,
          () -> raw.open(uri("nope"), 1, session, Map.of()));
      expect(
          Situation.DATASET_MISSING,
          NotFoundException.class,
          () -> raw.open(uri("t"), 99, session, Map.of()));
    }
  }

  @Test
  void aDatasetThatExists() {
    expect(
        Situation.DATASET_EXISTS,
        ConflictException.class,
        () -> raw.create(uri("t"), ID_BODY, row("a", "x")));
  }

  @Test
  void aMissingBranch() {
    expect(
        Situation.OBJECT_MISSING, NotFoundException.class, () -> table.branches().delete("nope"));
  }

  @Test
  void aBranchWithDependants() {
    table.createBranch("one", Ref.ofMain(1)).close();
    Dataset one = raw.keep(table.checkout(Ref.ofBranch("one")));
    one.createBranch("two", Ref.ofBranch("one", 1)).close();
    expect(
        Situation.REFERENCE_IN_USE, ConflictException.class, () -> table.branches().delete("one"));
  }

  @Test
  void aBadBranchName() {
    expect(
        Situation.REFERENCE_INVALID,
        BadRequestException.class,
        () -> table.createBranch("with space", Ref.ofMain(1)));
  }

  @Test
  void aBadFilterColumnOrLiteral() {
    for (String filter : List.of("nope = 1", "id = ", "id = 1.5")) {
      expect(Situation.BAD_INPUT, BadRequestException.class, () -> RawTables.ids(table, filter));
    }
  }

  @Test
  void rowsThatDoNotFitTheTable() {
    expect(
        Situation.BAD_INPUT,
        BadRequestException.class,
        () -> raw.write(table.uri(), ID_BODY, row(null, "x")));
    Schema other = new Schema(List.of(TableSchemas.text("id", true)));
    expect(
        Situation.COLUMNS_CHANGED,
        ConflictException.class,
        () -> raw.write(table.uri(), other, row("a")));
  }

  @Test
  void somethingUnsupported() {
    expect(
        Situation.UNSUPPORTED,
        BadRequestException.class,
        () ->
            table.createIndex(
                org.lance.index.IndexOptions.builder(
                        List.of("body"),
                        org.lance.index.IndexType.VECTOR,
                        org.lance.index.IndexParams.builder()
                            .setVectorIndexParams(
                                org.lance.index.vector.VectorIndexParams.ivfFlat(
                                    1, org.lance.index.DistanceType.L2))
                            .build())
                    .train(false)
                    .build()));
  }

  @Test
  void anUnreachableStore() {
    Map<String, String> nowhere =
        Map.of(
            "aws_endpoint", "http://127.0.0.1:1",
            "allow_http", "true",
            "aws_region", "us-east-1",
            "aws_access_key_id", "k",
            "aws_secret_access_key", "s",
            "client_max_retries", "0");
    try (Session session = Session.builder().build()) {
      expect(
          Situation.NETWORK,
          StorageException.class,
          () -> raw.open("s3://bucket/t", 1, session, nowhere));
    }
  }

  @Test
  void aDamagedFileThatOnlyShowsWhileReading() throws Exception {
    Path file;
    try (var files = Files.list(directory.resolve("t/data"))) {
      file = files.findFirst().orElseThrow();
    }
    Files.write(file, new byte[(int) Files.size(file)]);
    Throwable error = catchThrowable(() -> RawTables.ids(table, ""));
    assertThat(error).isNotNull();
    assertThat(LanceErrors.translate(error, "read", "nodes/t"))
        .isInstanceOf(GraphException.class)
        .hasCause(error);
  }

  @Test
  void translatedErrorsPassUnchanged() {
    GraphException known = new NotFoundException("x", "y");
    assertThat(LanceErrors.translate(known, "do", "it")).isSameAs(known);
  }
}
