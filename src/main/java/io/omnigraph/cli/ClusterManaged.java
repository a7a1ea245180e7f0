package io.omnigraph.cli;

import io.omnigraph.model.BadRequestException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Graphs below a cluster's root are made and changed by {@code cluster apply}, which records it.
 */
final class ClusterManaged {

  private ClusterManaged() {}

  /**
   * Refuses a local root that belongs to a cluster.
   *
   * @param instead what to do in the configuration
   * @throws BadRequestException pointing at {@code cluster apply}
   */
  static void refuse(String root, String instead) {
    if (root.contains("://")) {
      return;
    }
    Path path = Path.of(root).toAbsolutePath().normalize();
    Path graphs = path.getParent();
    boolean managed =
        graphs != null
            && graphs.endsWith("graphs")
            && path.toString().endsWith(".omni")
            && Files.exists(graphs.resolveSibling("__cluster/state.json"));
    if (managed) {
      throw new BadRequestException(
          "cluster_managed",
          "'"
              + root
              + "' belongs to a cluster: "
              + instead
              + " in the configuration and run `omnigraph cluster apply`");
    }
  }
}
