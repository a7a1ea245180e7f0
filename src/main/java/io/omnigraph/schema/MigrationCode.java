package io.omnigraph.schema;

import io.omnigraph.model.Diagnostic.Severity;

/**
 * The catalog of stable codes for schema changes. Plans attach those of {@link #MF_103} and {@link
 * #MF_106}; drops are steps of their own, so their codes classify but do not appear.
 */
public enum MigrationCode {
  DS_101("OG-DS-101", "drop of a graph type", Tier.DESTRUCTIVE),
  DS_102("OG-DS-102", "drop of a node type", Tier.DESTRUCTIVE),
  DS_103("OG-DS-103", "drop of an edge type", Tier.DESTRUCTIVE),
  DS_104("OG-DS-104", "drop of a property", Tier.DESTRUCTIVE),
  DS_105("OG-DS-105", "drop of a vector property", Tier.DESTRUCTIVE),
  MF_103("OG-MF-103", "required property without a backfill", Tier.VALIDATED),
  MF_104("OG-MF-104", "nullable property made required", Tier.VALIDATED),
  MF_106("OG-MF-106", "change of a property type", Tier.VALIDATED);

  /** What a change may do to stored data. */
  public enum Tier {
    SAFE,
    VALIDATED,
    DESTRUCTIVE
  }

  private final String text;
  private final String title;
  private final Tier tier;

  MigrationCode(String text, String title, Tier tier) {
    this.text = text;
    this.title = title;
    this.tier = tier;
  }

  /** The code as clients see it, such as {@code OG-MF-106}. */
  public String text() {
    return text;
  }

  public String title() {
    return title;
  }

  public Tier tier() {
    return tier;
  }

  public Severity severity() {
    return Severity.ERROR;
  }
}
