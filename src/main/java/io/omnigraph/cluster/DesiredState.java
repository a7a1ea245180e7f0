package io.omnigraph.cluster;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a configuration declares, with the content of its files.
 *
 * @param configDigest digest of the parsed configuration and every resource
 * @param resources every resource by address
 */
record DesiredState(
    String configDigest, SortedMap<String, Resource> resources, List<Graph> graphs) {

  /** One addressable thing with its digest. */
  record Resource(String address, String kind, String digest, String path) {}

  /** A graph with the content of its schema and queries. */
  record Graph(
      String id,
      String digest,
      String schemaPath,
      byte[] schema,
      String schemaDigest,
      List<Query> queries) {

    String schemaSource() {
      return new String(schema, java.nio.charset.StandardCharsets.UTF_8);
    }

    SortedMap<String, String> queryDigests() {
      var digests = new TreeMap<String, String>();
      queries.forEach(query -> digests.put(query.name(), query.digest()));
      return digests;
    }
  }

  /** A stored query with the whole file that declares it. */
  record Query(String name, String path, byte[] file, String digest) {}

  SortedMap<String, String> digests() {
    var digests = new TreeMap<String, String>();
    resources.forEach((address, resource) -> digests.put(address, resource.digest()));
    return digests;
  }

  static String graphAddress(String graph) {
    return "graph." + graph;
  }

  static String schemaAddress(String graph) {
    return "schema." + graph;
  }

  static String queryAddress(String graph, String query) {
    return "query." + graph + "." + query;
  }
}
