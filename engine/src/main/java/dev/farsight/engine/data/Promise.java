package dev.farsight.engine.data;

import dev.farsight.api.data.DataSource;

/**
 * What a source has said of a pass before it began.
 *
 * @param pass what messages call the pass
 * @param samples of the pass, or {@link DataSource#UNKNOWN}; more than will come if malformed rows
 *     are skipped
 */
record Promise(String pass, long samples) {

  boolean isKnown() {
    return samples != DataSource.UNKNOWN;
  }
}
