package io.omnigraph.server.bus;

/** The addresses of the event bus. */
public final class Addresses {

  public static final String QUERY = "omnigraph.query";
  public static final String CURSOR = "omnigraph.cursor";
  public static final String MUTATION = "omnigraph.mutation";
  public static final String MAINTENANCE = "omnigraph.maintenance";
  public static final String RECOVERY = "omnigraph.recovery";
  public static final String AUDIT = "omnigraph.audit";

  /** The commit events of every graph. */
  public static final String COMMITS = "omnigraph.commits";

  private Addresses() {}

  /** Questions that are taken on the event loop where they arose, one of {@link #QUERY}'s. */
  public static String queryOf(String place) {
    return QUERY + "." + place;
  }

  /** The commit events of one graph. */
  public static String commits(String graph) {
    return COMMITS + "." + graph;
  }

  /** The branch references of one graph: created and deleted. */
  public static String references(String graph) {
    return "omnigraph.refs." + graph;
  }
}
