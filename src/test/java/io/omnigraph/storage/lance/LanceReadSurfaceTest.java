package io.omnigraph.storage.lance;

import static io.omnigraph.storage.TestTables.ID_BODY;
import static io.omnigraph.storage.TestTables.row;
import static io.omnigraph.storage.lance.RawTables.ids;
import static io.omnigraph.storage.lance.RawTables.scan;
import static io.omnigraph.storage.lance.RawTables.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.Value;
import io.omnigraph.storage.Cells;
import io.omnigraph.storage.TableSchemas;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.lance.Dataset;
import org.lance.FragmentMetadata;
import org.lance.Ref;
import org.lance.compaction.CompactionOptions;
import org.lance.ipc.FullTextQuery;
import org.lance.ipc.Query;
import org.lance.ipc.ScanOptions;

/** What the library does with indices, scans and blobs. */
class LanceReadSurfaceTest extends LanceSurfaceTestBase {

  // ---- indices

  @Test
  void fragmentsCountAsIndexedUnlessAllFieldsArePreserved() throws Exception {
    Dataset base = raw.btree(raw.create(uri("t"), ID_BODY, row("a", "x"), row("b", "x")), "id");
    FragmentMetadata rest = base.getFragments().get(0).deleteRows(List.of(0));
    List<FragmentMetadata> added = raw.write(base.uri(), ID_BODY, row("c", "y"));
    Dataset careless = raw.commit(base, update(List.of(rest), List.of(), added));
    assertThat(ids(careless, "id = 'c'")).as("there, but not found").isEmpty();
    assertThat(ids(careless, "")).contains(text("c"));
    base.restore();
    base.checkoutLatest();
    Dataset careful = raw.commit(base, update(List.of(rest), List.of(), added, fields(base)));
    assertThat(ids(careful, "id = 'c'")).containsExactly(text("c"));
  }

  @Test
  void upsertsThatKeepRowIdsBreakTheIndexOfTheirKey() {
    Dataset base = raw.btree(raw.create(uri("t"), ID_BODY, row("a", "x"), row("b", "x")), "id");
    Dataset once = raw.mergeInsert(base, ID_BODY, 0, row("a", "1"));
    assertThatThrownBy(() -> raw.mergeInsert(once, ID_BODY, 0, row("a", "2")))
        .hasMessageContaining("Ambiguous merge insert");
  }

  @Test
  void aBranchOfABranchLooksForInheritedIndicesInTheWrongPlace() {
    Dataset main = raw.btree(raw.create(uri("t"), ID_BODY, row("a", "x")), "id");
    main.createBranch("one", Ref.ofMain(main.version())).close();
    Dataset one = raw.keep(main.checkout(Ref.ofBranch("one")));
    one.createBranch("two", Ref.ofBranch("one", one.version())).close();
    Dataset two = raw.keep(main.checkout(Ref.ofBranch("two")));
    assertThat(one.getIndexes().get(0).baseId()).isPresent();
    assertThat(two.getIndexes().get(0).baseId()).isNotEqualTo(one.getIndexes().get(0).baseId());
    assertThatThrownBy(() -> ids(two, "id = 'a'")).hasMessageContaining("_indices");
  }

  @Test
  void unindexedTextsAreCutInAnotherWayThanIndexedOnes() throws Exception {
    Dataset table = raw.create(uri("t"), ID_BODY, row("a", "Quick fox"));
    ScanOptions search = fullText(FullTextQuery.match("quick", "body"));
    assertThat(scan(table, search)).isEmpty();
    assertThat(scan(raw.inverted(table, "body"), search)).containsExactly(text("a"));
  }

  @Test
  void misspeltWordsAreNotFoundInFragmentsThatTheIndexDoesNotCover() throws Exception {
    Dataset base = raw.inverted(raw.create(uri("t"), ID_BODY, row("a", "fox")), "body");
    Dataset table =
        raw.commit(
            base,
            update(
                List.of(), FENCE, raw.write(base.uri(), ID_BODY, row("b", "fox")), fields(base)));
    assertThat(scan(table, fullText(fuzzy("foxx", Optional.of(1))))).containsExactly(text("a"));
    assertThat(scan(table, fullText(fuzzy("foxx", Optional.empty())))).isEmpty();
  }

  @Test
  void misspeltLettersThatShareTheirFirstByteAreOverlooked() throws Exception {
    Dataset table =
        raw.inverted(raw.create(uri("t"), ID_BODY, row("a", "σοφος"), row("b", "fox")), "body");
    assertThat(scan(table, fullText(fuzzy("σοφοσ", Optional.of(1))))).isEmpty();
    assertThat(scan(table, fullText(fuzzy("foy", Optional.of(1))))).containsExactly(text("b"));
    assertThat(scan(table, fullText(fuzzy("FOX", Optional.of(1))))).as("not lowered").isEmpty();
  }

  private static FullTextQuery fuzzy(String query, Optional<Integer> edits) {
    return FullTextQuery.match(query, "body", 1.0f, edits, 50, FullTextQuery.Operator.OR, 0);
  }

  private static ScanOptions fullText(FullTextQuery query) {
    return new ScanOptions.Builder().columns(List.of("id")).fullTextQuery(query).build();
  }

  // ---- scans

  @Test
  void doubleQuotesMakeTextsNotNames() throws Exception {
    Dataset table = raw.create(uri("t"), ID_BODY, row("a", "x"));
    assertThat(ids(table, "\"id\" = 'a'")).isEmpty();
    assertThat(ids(table, "id = \"a\"")).containsExactly(text("a"));
    assertThat(ids(table, "`id` = 'a'")).containsExactly(text("a"));
  }

  @Test
  void aLimitOfZeroIsNoLimit() throws Exception {
    Dataset table = raw.create(uri("t"), ID_BODY, row("a", "x"), row("b", "x"));
    assertThat(scan(table, new ScanOptions.Builder().columns(List.of("id")).limit(0).build()))
        .hasSize(2);
  }

  @Test
  void aVectorOfTheWrongLengthFindsEverythingUnranked() throws Exception {
    Schema schema =
        new Schema(List.of(TableSchemas.text("id", false), TableSchemas.vector("v", 2, true)));
    Dataset table =
        raw.create(
            uri("t"),
            schema,
            row("a", new float[] {9, 9}),
            row("b", new float[] {1, 1}),
            row("c", null));
    assertThat(scan(table, nearest(new float[] {0, 0}, 1))).containsExactly(text("b"));
    assertThat(scan(table, nearest(new float[] {0, 0, 0}, 1))).hasSize(3);
  }

  private static ScanOptions nearest(float[] vector, int k) {
    return new ScanOptions.Builder()
        .columns(List.of("id"))
        .nearest(new Query.Builder().setColumn("v").setKey(vector).setK(k).build())
        .build();
  }

  // ---- blobs

  private static final Schema WITH_BLOB =
      new Schema(List.of(TableSchemas.text("id", false), TableSchemas.blob("pic", true)));

  private Dataset withBlobs() {
    String payload = "base64:aGVsbG8=";
    return raw.create(
        uri("blobs"), WITH_BLOB, row("a", payload), row("b", null), row("c", payload));
  }

  @Test
  void takingBlobsDropsNullsWithoutATrace() {
    assertThat(withBlobs().takeBlobs(List.of(0L, 1L, 2L), "pic"))
        .hasSize(2)
        .allSatisfy(file -> assertThat(file.read()).isEqualTo("hello".getBytes()));
  }

  @Test
  void blobCellsAreNeverNullWhenScanned() throws Exception {
    Dataset table = withBlobs();
    try (var scanner = table.newScan();
        var reader = scanner.scanBatches()) {
      assertThat(reader.loadNextBatch()).isTrue();
      assertThat(reader.getVectorSchemaRoot().getVector("pic").isNull(1)).isFalse();
      assertThat(Cells.read(reader.getVectorSchemaRoot().getVector("pic"), 0))
          .isEqualTo(Value.NULL);
    }
  }

  @Test
  void tablesWithBlobsCannotBeCompacted() {
    Dataset table = withBlobs();
    table.delete("id = 'a'");
    assertThatThrownBy(() -> table.compact(CompactionOptions.builder().build()))
        .hasMessageContaining("Invalid user input");
  }

  // ---- what ends the process

  @Test
  void aFilterOnABlobColumnAbortsTheProcess() throws Exception {
    assertThat(exitOfChild("blob-filter")).isEqualTo(134);
  }

  @Test
  void projectingRowAddressesInASearchAbortsTheProcess() throws Exception {
    assertThat(exitOfChild("search-with-addresses")).isEqualTo(134);
  }

  private int exitOfChild(String what) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-XX:-CreateCoredumpOnCrash");
    command.addAll(
        List.of(
            "--add-opens=java.base/java.nio=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED"));
    String natives = System.getProperty(io.questdb.jar.jni.JarJniLoader.DIRECTORY_PROPERTY);
    if (natives != null) {
      command.add("-D" + io.questdb.jar.jni.JarJniLoader.DIRECTORY_PROPERTY + "=" + natives);
    }
    command.addAll(
        Arrays.asList(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            AbortingScan.class.getName(),
            what,
            uri("child")));
    Process child =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("child.log").toFile())
            .directory(directory.toFile())
            .start();
    return child.waitFor();
  }
}
