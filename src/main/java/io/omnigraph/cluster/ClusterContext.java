package io.omnigraph.cluster;

import io.omnigraph.OpenOptions;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.IdSource;
import io.omnigraph.storage.StorageOptions;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What cluster commands need from outside.
 *
 * @param directory the configuration directory
 * @param actor who runs the command; null if nobody said
 * @param environment where storage settings come from
 * @param pid the process, for the lock
 */
public record ClusterContext(
    Path directory,
    @Nullable ActorId actor,
    Map<String, String> environment,
    InstantSource clock,
    IdSource ids,
    long pid) {

  StorageOptions storageOptions() {
    return StorageOptions.fromEnvironment(environment);
  }

  OpenOptions openOptions(OpenOptions base) {
    return base.withStorageOptions(environment);
  }
}
