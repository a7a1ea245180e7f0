package io.omnigraph.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.model.CompileException;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.SchemaCompiler;
import io.omnigraph.storage.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where schemas are kept: {@code __schemas/<hash>.json}, written before the publish that names them
 * and never changed, and three files at the root that describe the head of main for people and
 * older readers. The catalog of a read always comes from the hash its snapshot names. Thread-safe.
 */
public final class SchemaStore {

  public static final String SOURCE = "_schema.pg";
  public static final String IR = "_schema.ir.json";

  /** Lies at the root while an import fills it. */
  public static final String IMPORT_MARKER = "__import.json";

  public static final String STATE = "__schema_state.json";

  private static final String STAGED_SOURCE = SOURCE + ".staging";
  private static final String FOLDER = "__schemas/";
  private static final String UNNAMED = FOLDER + "unnamed.json";
  private static final String HASH_PREFIX = "sha256:";
  private static final String LOCKED = "schema evolution is locked down in phase 1: ";

  private final ObjectStore objects;
  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, Catalog> byHash = new ConcurrentHashMap<>();

  public SchemaStore(ObjectStore objects) {
    this.objects = objects;
  }

  /** Stores a schema under its hash; idempotent. */
  public void put(Catalog catalog) {
    objects.putIfAbsent(
        key(catalog.hash()), catalog.canonicalJson().getBytes(StandardCharsets.UTF_8));
    byHash.put(catalog.hash(), catalog);
  }

  /**
   * The schema with a hash.
   *
   * @param hash null for graphs of older writers, whose only schema is the one at the root
   * @throws NotFoundException if it is not stored here
   */
  public Catalog catalog(@Nullable String hash) {
    if (hash == null) {
      return objects
          .get(UNNAMED)
          .map(kept -> parse(UNNAMED, kept.bytes()))
          .orElseGet(this::rootCatalog);
    }
    Catalog known = byHash.get(hash);
    if (known != null) {
      return known;
    }
    Optional<ObjectStore.StoredObject> stored = objects.get(key(hash));
    Catalog loaded = stored.isPresent() ? parse(key(hash), stored.get().bytes()) : rootCatalog();
    if (!loaded.hash().equals(hash)) {
      throw new NotFoundException(
          "schema_not_found",
          "the schema "
              + hash
              + " that a commit names is not stored below __schemas/; restore it from a backup",
          Map.of("schema_hash", hash));
    }
    byHash.put(hash, loaded);
    return loaded;
  }

  /**
   * The accepted schema text.
   *
   * @param head the schema in force at main's head. Between its publish and the update of the root
   *     files its text is still the staged one
   */
  public String source(Catalog head) {
    String root = new String(required(SOURCE), StandardCharsets.UTF_8);
    Optional<String> staged = staged();
    return staged.isPresent() && !isSourceOf(head, root) && isSourceOf(head, staged.get())
        ? staged.get()
        : root;
  }

  private static boolean isSourceOf(Catalog catalog, String source) {
    try {
      return SchemaCompiler.compile(source).hash().equals(catalog.hash());
    } catch (CompileException e) {
      return false;
    }
  }

  // ---- changes

  /**
   * Requires that the text at the root is the one of the schema in force.
   *
   * @throws ConflictException if somebody edited it
   */
  public void requireSourceOf(Catalog head) {
    if (!isSourceOf(head, source(head))) {
      throw locked("current " + SOURCE + " no longer matches the accepted compiled schema");
    }
  }

  /** Keeps the text of a schema that a publish is about to name. */
  public void stage(String source) {
    objects.put(STAGED_SOURCE, bytes(source));
  }

  /** Forgets the staged text. */
  public void unstage() {
    objects.delete(STAGED_SOURCE);
  }

  private Optional<String> staged() {
    return objects
        .get(STAGED_SOURCE)
        .map(stored -> new String(stored.bytes(), StandardCharsets.UTF_8));
  }

  /**
   * Brings the root files in line with main's head: a staged text that belongs to it moves into
   * place, with the files made from it; any other belongs to a change that never happened and goes.
   * Can be repeated at any point.
   */
  public void reconcile(Catalog head) {
    Optional<String> staged = staged();
    if (staged.isEmpty()) {
      return;
    }
    if (isSourceOf(head, staged.get())) {
      writeSource(staged.get());
      writeContract(head);
    }
    unstage();
  }

  /**
   * Keeps the only schema of a graph whose commits name none, before another one takes its place at
   * the root.
   */
  public void keepUnnamed(Catalog catalog) {
    objects.putIfAbsent(UNNAMED, catalog.canonicalJson().getBytes(StandardCharsets.UTF_8));
  }

  /** True if any of the root's schema files exists. */
  public boolean anyRootFile() {
    return objects.get(SOURCE).isPresent()
        || objects.get(IR).isPresent()
        || objects.get(STATE).isPresent();
  }

  /**
   * Claims a root for a new graph.
   *
   * @return false if somebody else has claimed it
   */
  public boolean claim(String source) {
    return objects.putIfAbsent(SOURCE, bytes(source)).isPresent();
  }

  /** True if the root holds exactly this schema text. */
  public boolean isClaimedWith(String source) {
    return objects
        .get(SOURCE)
        .filter(stored -> Arrays.equals(stored.bytes(), bytes(source)))
        .isPresent();
  }

  /** Writes the schema text at the root. */
  public void writeSource(String source) {
    objects.put(SOURCE, bytes(source));
  }

  /** Writes the compiled form and the state at the root. */
  public void writeContract(Catalog catalog) {
    try {
      JsonNode ir = json.readTree(catalog.canonicalJson());
      objects.put(IR, json.writerWithDefaultPrettyPrinter().writeValueAsBytes(ir));
      ObjectNode state = json.createObjectNode();
      state.put("format_version", 1);
      state.put("schema_ir_hash", catalog.hash());
      state.put("schema_identity_version", 1);
      objects.put(STATE, json.writeValueAsBytes(state));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a canonical schema is always JSON", e);
    }
  }

  /** Removes the three root files; idempotent. */
  public void deleteRootFiles() {
    List.of(STATE, IR, SOURCE).forEach(objects::delete);
  }

  /**
   * Checks that the root's three schema files agree with each other, and writes the two derived
   * ones of a graph that has none yet.
   *
   * @param onlyMain true if the graph has no branch besides main
   * @param mayWrite true on a read-write open
   * @throws ConflictException if they disagree
   */
  public void checkContract(boolean onlyMain, boolean mayWrite) {
    byte[] source = required(SOURCE);
    Optional<ObjectStore.StoredObject> ir = objects.get(IR);
    Optional<ObjectStore.StoredObject> state = objects.get(STATE);
    if (ir.isPresent() != state.isPresent()) {
      throw locked(
          (ir.isPresent() ? STATE : IR) + " is missing beside " + (ir.isPresent() ? IR : STATE));
    }
    Catalog compiled;
    try {
      compiled = SchemaCompiler.compile(new String(source, StandardCharsets.UTF_8));
    } catch (CompileException e) {
      throw locked(SOURCE + " does not compile any more: " + e.getMessage(), e);
    }
    if (ir.isEmpty() || state.isEmpty()) {
      if (!onlyMain) {
        throw locked(IR + " and " + STATE + " are missing on a graph with branches");
      }
      if (mayWrite) {
        writeContract(compiled);
      }
      return;
    }
    String expected = stateHash(state.get().bytes());
    if (!parse(IR, ir.get().bytes()).hash().equals(expected)) {
      throw locked(IR + " does not match " + STATE);
    }
    if (!compiled.hash().equals(expected)) {
      throw locked(
          SOURCE + " was edited: it does not match the accepted schema; restore it to go on");
    }
  }

  /**
   * {@link #checkContract} for a reader, which changes nothing. The owner may be replacing the root
   * files one by one, or have died in the middle; as long as that lasts, the staged text is the one
   * of main's head, and the files need not agree.
   *
   * @param head looks at main's head
   * @throws ConflictException if they disagree for another reason
   */
  public void checkContractToRead(Supplier<Catalog> head, boolean onlyMain) {
    try {
      checkContract(onlyMain, false);
    } catch (ConflictException e) {
      Optional<String> staged = staged();
      if (staged.isPresent() && isSourceOf(head.get(), staged.get())) {
        return;
      }
      // The replacement may have come to its end between the two looks.
      checkContract(onlyMain, false);
    }
  }

  private String stateHash(byte[] bytes) {
    try {
      JsonNode state = json.readTree(bytes);
      if (state.path("format_version").asInt() != 1) {
        throw locked(STATE + " has an unknown format_version " + state.path("format_version"));
      }
      return state.path("schema_ir_hash").asText();
    } catch (java.io.IOException e) {
      throw locked(STATE + " is not JSON", e);
    }
  }

  private Catalog rootCatalog() {
    return parse(IR, required(IR));
  }

  private static Catalog parse(String file, byte[] bytes) {
    try {
      return SchemaCompiler.fromCanonicalJson(new String(bytes, StandardCharsets.UTF_8));
    } catch (CompileException e) {
      throw locked(file + " is not a compiled schema: " + e.getMessage(), e);
    }
  }

  /** An import writes the schema files last, so without them it has not finished. */
  private GraphException missing(String key) {
    return objects.get(IMPORT_MARKER).isPresent()
        ? new ConflictException(
            "import_incomplete",
            "an import into this root did not finish; run `omnigraph import` again, which starts"
                + " over",
            Map.of())
        : new NotFoundException(
            "schema_file_missing",
            "the graph's "
                + key
                + " is missing; restore the file from a backup or from version control",
            Map.of("file", key));
  }

  private byte[] required(String key) {
    return objects.get(key).orElseThrow(() -> missing(key)).bytes();
  }

  private static String key(String hash) {
    String hex = hash.startsWith(HASH_PREFIX) ? hash.substring(HASH_PREFIX.length()) : hash;
    return FOLDER + hex + ".json";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ConflictException locked(String what) {
    return new ConflictException("schema_contract_violated", LOCKED + what);
  }

  private static ConflictException locked(String what, Throwable cause) {
    return new ConflictException("schema_contract_violated", LOCKED + what, Map.of(), cause);
  }
}
