package io.omnigraph.storage.lance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.InternalException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.storage.Durability;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.ObjectStore.StoredObject;
import io.omnigraph.storage.S3Access;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.lance.Dataset;
import org.lance.ReadOptions;

/**
 * What the parts of the table storage share: where tables live, how they are opened, and with which
 * options. Thread-safe.
 */
final class LanceContext {

  /** The incarnation of a lineage that is not a branch. */
  static final String MAIN_INCARNATION = "main";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** How long a cleanup may take to remove the manifest of a version whose data it has removed. */
  private static final int RECLAIMED_LOOKS = 20;

  private static final int RECLAIMED_PAUSE_MILLIS = 100;

  final GraphUri root;
  final StorageOptions options;
  final ObjectStore objects;
  final LanceRuntime runtime;
  final BufferAllocator allocator;
  final TextTotals textTotals = new TextTotals();
  final TextIndexFacts textIndexFacts = new TextIndexFacts();
  final RecentRows recentRows;

  LanceContext(GraphUri root, StorageOptions options, ObjectStore objects, LanceRuntime runtime) {
    this.root = root;
    this.options = options;
    this.objects = objects;
    this.runtime = runtime;
    this.allocator = runtime.allocator().newChildAllocator("tables of " + root, 0, Long.MAX_VALUE);
    this.recentRows = new RecentRows(allocator);
  }

  boolean mustForce() {
    return root.isLocal() && options.durability() == Durability.FSYNC;
  }

  /** The location in the words of the library: a plain path or an {@code s3://} URI. */
  String uri(TableAddress address) {
    return root + "/" + key(address);
  }

  /** The folder of a lineage as an object key, without a slash at the end. */
  String key(TableAddress address) {
    BranchName branch = address.branch();
    return branch == null ? address.path() : address.path() + "/tree/" + branch;
  }

  /** The reference file of a branch. */
  String refKey(String path, BranchName branch) {
    return refFolder(path)
        + URLEncoder.encode(branch.value(), StandardCharsets.UTF_8).replace("+", "%20")
        + ".json";
  }

  String refFolder(String path) {
    return path + "/_refs/branches/";
  }

  /**
   * Options of the library for a handle that reads or writes files; empty for a local root.
   *
   * @param mayRetry false for handles that commit: the library's own retry of a put whose answer
   *     was lost would meet its own object and report a lost race
   */
  Map<String, String> lanceOptions(boolean mayRetry) {
    if (root.isLocal()) {
      return Map.of();
    }
    S3Access s3 = options.s3();
    Map<String, String> lance = new HashMap<>();
    putIfGiven(lance, "aws_endpoint", s3.endpoint());
    putIfGiven(lance, "aws_region", s3.region());
    putIfGiven(lance, "aws_access_key_id", s3.accessKeyId());
    putIfGiven(lance, "aws_secret_access_key", s3.secretAccessKey());
    putIfGiven(lance, "aws_session_token", s3.sessionToken());
    if (s3.endpoint() != null && s3.region() == null) {
      lance.put("aws_region", "us-east-1");
    }
    if (s3.allowHttp()) {
      lance.put("allow_http", "true");
    }
    if (!mayRetry) {
      lance.put("client_max_retries", "0");
    }
    return lance;
  }

  /** Opens a lineage at a version and makes sure that no cache of a predecessor is used. */
  LanceSnapshot open(TableAddress address, long version) {
    return openConfirmed(address, version);
  }

  /** Opens the newest version. */
  LanceSnapshot openHead(TableAddress address) {
    return openConfirmed(address, null);
  }

  private LanceSnapshot openConfirmed(TableAddress address, @Nullable Long version) {
    Dataset dataset = openDataset(address, version, true);
    try {
      // The identity is read after the table: a branch that was made anew in between is noticed.
      String incarnation = incarnation(address);
      if (!runtime.confirm(uri(address), incarnation)) {
        dataset.close();
        dataset = openDataset(address, version, true);
      }
      return new LanceSnapshot(this, address, dataset, incarnation);
    } catch (RuntimeException e) {
      dataset.close();
      throw e;
    }
  }

  /** A bare handle; the caller has made sure that the session fits the lineage. */
  Dataset openDataset(TableAddress address, @Nullable Long version, boolean mayRetry) {
    try {
      ReadOptions.Builder read =
          new ReadOptions.Builder().setStorageOptions(lanceOptions(mayRetry));
      if (version != null) {
        read.setVersion(version);
      }
      return Dataset.open()
          .allocator(allocator)
          .uri(uri(address))
          .readOptions(read.build())
          .session(runtime.session())
          .build();
    } catch (Exception | LinkageError e) {
      // Native code throws checked exceptions that no signature tells.
      throw openFailed(address, version, e);
    }
  }

  /** The identity of a lineage: that of its branch reference, by which re-creation shows. */
  String incarnation(TableAddress address) {
    BranchName branch = address.branch();
    if (branch == null) {
      return MAIN_INCARNATION;
    }
    StoredObject ref =
        objects
            .get(refKey(address.path(), branch))
            .orElseThrow(
                () ->
                    new NotFoundException(
                        "table_not_found",
                        "table " + address + " does not exist: there is no such branch",
                        Map.of("location", address.toString())));
    try {
      JsonNode identifier = JSON.readTree(ref.bytes()).path("identifier").path("version_mapping");
      StringBuilder text = new StringBuilder();
      for (JsonNode step : identifier) {
        text.append(step.path(0).asText()).append(':').append(step.path(1).asText()).append('/');
      }
      if (text.isEmpty()) {
        throw new InternalException(
            "branch_reference_unreadable",
            "the reference of branch " + address + " has no identity");
      }
      return text.toString();
    } catch (JsonProcessingException e) {
      throw new InternalException(
          "branch_reference_unreadable",
          "the reference of branch " + address + " cannot be read",
          Map.of("location", address.toString()),
          e);
    } catch (java.io.IOException e) {
      throw LanceErrors.translate(e, "read the reference of", address);
    }
  }

  private GraphException openFailed(TableAddress address, @Nullable Long version, Throwable cause) {
    boolean missing = LanceErrors.classify(cause) == LanceErrors.Situation.DATASET_MISSING;
    if (missing && version != null && hasVersions(address)) {
      return reclaimed(address, version, cause);
    }
    return LanceErrors.translate(cause, "open", address);
  }

  static GoneException reclaimed(TableAddress address, long version, Throwable cause) {
    return new GoneException(
        "historical_version_reclaimed",
        "version "
            + version
            + " of table "
            + address
            + " was reclaimed by a cleanup, or never was there; newer versions can be read",
        Map.of("location", address.toString(), "version", version),
        cause);
  }

  /**
   * Whether a version that was open once is gone. A cleanup removes files in no order, so that the
   * manifest may outlive for a moment the data that a reader missed; a table as a whole may be gone
   * as well.
   */
  boolean isReclaimed(TableAddress address, long version) {
    String manifest = key(address) + "/_versions/" + LanceSnapshot.manifestName(version);
    for (int look = 0; objects.stat(manifest).isPresent(); look++) {
      if (look == RECLAIMED_LOOKS) {
        return false;
      }
      try {
        Thread.sleep(RECLAIMED_PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return hasVersions(address);
  }

  boolean hasVersions(TableAddress address) {
    return objects.list(key(address) + "/_versions/").stream()
        .anyMatch(o -> o.key().endsWith(".manifest"));
  }

  private static void putIfGiven(Map<String, String> map, String key, @Nullable String value) {
    if (value != null) {
      map.put(key, value);
    }
  }
}
