package dev.farsight.engine.checkpoint;

import com.typesafe.config.Config;
import dev.farsight.engine.metrics.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a checkpoint says about the steps since the one before, so that a replay of these steps can
 * be compared with the run.
 *
 * @param losses SHA-256 of the losses of all steps so far, as little-endian float32; null if some
 *     of them were lost
 * @param since step of the checkpoint before; -1 if this is the first one of the run
 * @param rows number of rows written since then; 0 for the first checkpoint
 * @param rowsSum {@link RowsDigest} of these rows
 * @param chain SHA-256 over all digests of this checkpoint and the chain of the one before
 */
public record Digests(String losses, long since, long rows, long rowsSum, String chain) {

  /** There is no checkpoint before. */
  public static final long NONE = -1;

  /**
   * @param before the digests of the checkpoint before; null for the first one of the run, or if
   *     that one has none
   * @param since step of the checkpoint before; {@link #NONE} for the first one of the run
   */
  static Digests after(Digests before, long since, String losses, RowsDigest changed) {
    String link =
        String.join(
            "\n",
            before == null ? "" : before.chain,
            String.valueOf(losses),
            Long.toString(since),
            Long.toString(changed.rows()),
            Long.toHexString(changed.sum()));
    String chain = Sha256.hex(Sha256.create().digest(link.getBytes(StandardCharsets.UTF_8)));
    return new Digests(losses, since, changed.rows(), changed.sum(), chain);
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("losses_sha256", losses);
    json.put("since_step", since);
    json.put("changed_rows", rows);
    json.put("changed_rows_sum", Long.toHexString(rowsSum));
    json.put("chain_sha256", chain);
    return json;
  }

  static Digests of(Config json) {
    return new Digests(
        json.hasPath("losses_sha256") ? json.getString("losses_sha256") : null,
        json.getLong("since_step"),
        json.getLong("changed_rows"),
        Long.parseUnsignedLong(json.getString("changed_rows_sum"), 16),
        json.getString("chain_sha256"));
  }
}
