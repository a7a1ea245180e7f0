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
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.testing.S3Faults;
import io.omnigraph.testing.S3Request.Kind;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.FragmentMetadata;
import org.lance.Ref;
import org.lance.Session;
import org.lance.cleanup.CleanupPolicy;
import org.lance.compaction.CompactionOptions;
import org.lance.ipc.FullTextQuery;
import org.lance.ipc.Query;
import org.lance.ipc.ScanOptions;
import org.lance.operation.Append;
import org.lance.operation.Merge;
import org.lance.operation.Overwrite;
import org.lance.operation.Restore;

/**
 * Behaviour of the library that the storage relies on, defects that it works around included. A new
 * version of the library turns a test red here before it turns data wrong; then the workaround is
 * looked at again.
 */
class LanceSurfaceTest {

  private static final List<Long> FENCE = List.of(LanceStaging.FENCE);

  @TempDir Path directory;
  private RawTables raw;

  @BeforeEach
  void open() {
    raw = new RawTables();
  }

  @AfterEach
  void close() throws Exception {
    raw.close();
  }

  private String uri(String name) {
    return directory.resolve(name).toString();
  }

  private static Value text(String value) {
    return new Value.Text(value);
  }

  private static long[] fields(Dataset dataset) {
    return dataset.getLanceSchema().fields().stream().mapToLong(f -> f.getId()).toArray();
  }

  private Dataset appended(Dataset base, String id) {
    return raw.commit(
        base, update(List.of(), FENCE, raw.write(base.uri(), ID_BODY, row(id, "x")), fields(base)));
  }

  // ---- conflicts

  @Test
  void anUpdateThatRemovesAFragmentThatNeverExistedConflictsWithItsLike() {
    Dataset base = raw.create(uri("t"), ID_BODY, row("a", "x"));
    List<FragmentMetadata> second = raw.write(base.uri(), ID_BODY, row("c", "x"));
    assertThat(appended(base, "b").version()).isEqualTo(2);
    assertThatThrownBy(() -> raw.commit(base, update(List.of(), FENCE, second, fields(base))))
        .hasMessageContaining("Retryable commit conflict");
  }

  @Test
  void withoutTheFenceUpdatesAndAppendsSlidePastEachOther() {
    Dataset base = raw.create(uri("t"), ID_BODY, row("a", "x"));
    appended(base, "b");
    Dataset update =
        raw.commit(
            base,
            update(
                List.of(), List.of(), raw.write(base.uri(), ID_BODY, row("c", "x")), fields(base)));
    assertThat(update.version()).isEqualTo(3);
    Dataset append =
        raw.commit(
            base,
            Append.builder().fragments(raw.write(base.uri(), ID_BODY, row("d", "x"))).build());
    assertThat(append.version()).isEqualTo(4);
  }

  @Test
  void aStaleOverwriteIsAcceptedAndDropsTheIndices() {
    Dataset base = raw.btree(raw.create(uri("t"), ID_BODY, row("a", "x")), "id");
    appended(base, "b");
    Dataset overwritten =
        raw.commit(
            base,
            Overwrite.builder()
                .fragments(raw.write(base.uri(), ID_BODY, row("c", "x")))
                .schema(ID_BODY)
                .build());
    assertThat(overwritten.countRows()).isEqualTo(1);
    assertThat(overwritten.listIndexes()).isEmpty();
  }

  @Test
  void deletingTheLastRowOfAFragmentYieldsNothingToUpdate() {
    Dataset base = raw.create(uri("t"), ID_BODY, row("a", "x"), row("b", "y"));
    Fragment fragment = base.getFragments().get(0);
    assertThat(fragment.deleteRows(List.of(1)).getNumDeletions()).isEqualTo(1);
    assertThat(fragment.deleteRows(List.of(0, 1))).isNull();
  }

  @Test
  void restoreUsesRowIdsAgainButNotFragmentIds() throws Exception {
    Dataset base = raw.create(uri("t"), ID_BODY, row("a", "x"));
    Dataset second = appended(base, "b");
    Dataset restored = raw.commit(second, new Restore.Builder().version(1).build());
    Dataset again = appended(restored, "c");
    ScanOptions rowIds =
        new ScanOptions.Builder().columns(List.of("_rowid")).filter("id = 'c'").build();
    assertThat(scan(again, rowIds)).containsExactly(new Value.Int(1));
    assertThat(again.getFragments()).extracting(Fragment::getId).containsExactly(0, 2);
  }

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

  // ---- files and versions

  @Test
  void aTruncatedFileIsCommittedWithoutComplaint() throws Exception {
    Dataset base = raw.create(uri("t"), ID_BODY, row("a", "x"));
    List<FragmentMetadata> added = raw.write(base.uri(), ID_BODY, row("b", "y"));
    Path file = directory.resolve("t/data").resolve(added.get(0).getFiles().get(0).getPath());
    try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
      cut.setLength(Files.size(file) / 2);
    }
    Dataset broken = raw.commit(base, update(List.of(), FENCE, added, fields(base)));
    assertThat(broken.version()).isEqualTo(2);
    assertThatThrownBy(() -> ids(broken, "")).isInstanceOf(Exception.class);
  }

  @Test
  void cleanupKeepsVersionsForTagsAndBranchesOnly() {
    Dataset base = raw.create(uri("t"), ID_BODY, row("a", "x"));
    Dataset second = appended(base, "b");
    Dataset third = appended(second, "c");
    Dataset head = appended(third, "d");
    head.tags().create("keep", 2);
    // Handles are open on every version; that does not count.
    assertThat(
            head.cleanupWithPolicy(
                    CleanupPolicy.builder()
                        .withBeforeVersion(4)
                        .withErrorIfTaggedOldVersions(false)
                        .build())
                .getOldVersions())
        .isEqualTo(2);
    assertThat(head.listVersions()).extracting(v -> v.getId()).containsExactly(2L, 4L);
  }

  @Test
  void datasetsCleanUpNothingByThemselves() {
    assertThat(raw.create(uri("t"), ID_BODY, row("a", "x")).getConfig()).isEmpty();
  }

  @Test
  void addedColumnsGetFreshFieldIdsAlsoAfterADrop() {
    Dataset base = raw.create(uri("t"), ID_BODY, row("a", "x"));
    List<FragmentMetadata> same = base.getFragments().stream().map(Fragment::metadata).toList();
    Schema only = new Schema(List.of(TableSchemas.text("id", false)));
    Dataset narrow = raw.commit(base, Merge.builder().fragments(same).schema(only).build());
    Dataset wide = raw.commit(narrow, Merge.builder().fragments(same).schema(ID_BODY).build());
    assertThat(fields(narrow)).containsExactly(0);
    assertThat(fields(wide)).containsExactly(0, 2);
    assertThatThrownBy(
            () -> raw.commit(wide, Merge.builder().fragments(List.of()).schema(only).build()))
        .hasMessageContaining("reduced fragment count");
  }

  // ---- branches

  @Test
  void theHandleOfANewBranchIsOfNoUse() throws Exception {
    Dataset main = raw.create(uri("t"), ID_BODY, row("a", "x"));
    try (Dataset useless = main.createBranch("b", Ref.ofMain(1))) {
      assertThatThrownBy(useless::getSchema).isInstanceOf(NullPointerException.class);
    }
    assertThatThrownBy(() -> main.createBranch("c", Ref.ofMain(1), Map.of()))
        .as("no options at all must not be given as empty options")
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFolderWithoutReferenceBlocksABranchUntilItIsDeleted() throws Exception {
    Dataset main = raw.create(uri("t"), ID_BODY, row("a", "x"));
    main.createBranch("b", Ref.ofMain(1)).close();
    Files.delete(directory.resolve("t/_refs/branches/b.json"));
    assertThat(main.branches().list()).isEmpty();
    assertThatThrownBy(() -> main.createBranch("b", Ref.ofMain(1))).isInstanceOf(Exception.class);
    main.branches().delete("b");
    main.createBranch("b", Ref.ofMain(1)).close();
    assertThat(main.branches().list()).hasSize(1);
  }

  @Test
  void aBranchMadeAnewHasAnotherIdentity() {
    Dataset main = raw.create(uri("t"), ID_BODY, row("a", "x"));
    main.createBranch("b", Ref.ofMain(1)).close();
    var first = main.branches().list().get(0).getBranchIdentifier();
    main.branches().delete("b");
    main.createBranch("b", Ref.ofMain(1)).close();
    assertThat(main.branches().list().get(0).getBranchIdentifier()).isNotEqualTo(first);
  }

  @Test
  void aSessionServesRowIdsOfADeletedBranchToItsSuccessor() throws Exception {
    try (Session session = Session.builder().build()) {
      Dataset main = raw.create(uri("t"), ID_BODY, row("a", "x"));
      main.createBranch("b", Ref.ofMain(1)).close();
      Dataset old = raw.open(uri("t/tree/b"), 1, session, Map.of());
      Dataset oldNext =
          raw.commit(
              old,
              update(
                  List.of(),
                  FENCE,
                  raw.write(old.uri(), ID_BODY, row("1", "x"), row("2", "x")),
                  fields(old)));
      ScanOptions rowIds = new ScanOptions.Builder().columns(List.of("_rowid", "id")).build();
      assertThat(scan(oldNext, rowIds)).hasSize(3);
      main.branches().delete("b");
      main.createBranch("b", Ref.ofMain(1)).close();
      Dataset young = raw.open(uri("t/tree/b"), 1, session, Map.of());
      Dataset youngNext =
          raw.commit(
              young,
              update(
                  List.of(),
                  FENCE,
                  raw.write(young.uri(), ID_BODY, row("1", "x"), row("2", "x"), row("3", "x")),
                  fields(young)));
      assertThatThrownBy(() -> scan(youngNext, rowIds)).hasMessageContaining("same length");
    }
  }

  // ---- lost answers

  @Test
  void aLostAnswerDoublesAnAppendUnlessTheClientDoesNotRetry() throws Exception {
    try (AtomicS3Endpoint endpoint = new AtomicS3Endpoint()) {
      Map<String, String> retrying = new HashMap<>();
      retrying.put("aws_endpoint", endpoint.url());
      retrying.put("aws_region", "us-east-1");
      retrying.put("aws_access_key_id", "key");
      retrying.put("aws_secret_access_key", "secret");
      retrying.put("allow_http", "true");
      Map<String, String> once = new HashMap<>(retrying);
      once.put("client_max_retries", "0");
      try (RawTables s3 = new RawTables(retrying);
          Session session = Session.builder().build()) {
        String uri = "s3://bucket/surface";
        s3.create(uri, ID_BODY, row("a", "x"));
        Dataset base = s3.open(uri, 1, session, retrying);
        loseAnswerOfNextManifest(endpoint);
        Dataset doubled =
            s3.commit(
                base, Append.builder().fragments(s3.write(uri, ID_BODY, row("b", "y"))).build());
        assertThat(doubled.countRows()).isEqualTo(3);
        Dataset honest = s3.open(uri, doubled.version(), session, once);
        List<FragmentMetadata> added = s3.write(uri, ID_BODY, row("c", "z"));
        loseAnswerOfNextManifest(endpoint);
        assertThatThrownBy(() -> s3.commit(honest, update(List.of(), FENCE, added, fields(honest))))
            .satisfies(
                e -> assertThat(LanceErrors.classify(e)).isEqualTo(LanceErrors.Situation.NETWORK));
        assertThat(honest.latestVersion()).isEqualTo(doubled.version() + 1);
      }
    }
  }

  private static void loseAnswerOfNextManifest(AtomicS3Endpoint endpoint) {
    endpoint
        .faults()
        .next(S3Faults.on(Kind.PUT, "_versions/.*manifest"), S3Faults.Effect.LOSE_ANSWER);
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
