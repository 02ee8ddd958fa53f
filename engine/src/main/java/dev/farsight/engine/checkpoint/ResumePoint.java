package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.table.InitialRows;
import dev.farsight.engine.metrics.LossDigest;
import java.io.DataInputStream;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkpoint that a run continues from. Reads it, and changes nothing. */
public final class ResumePoint {

  private static final Logger LOG = LoggerFactory.getLogger(ResumePoint.class);

  private final Checkpoint checkpoint;
  private final boolean moved;
  private final boolean first;

  ResumePoint(Checkpoint checkpoint) {
    this(checkpoint, false, true);
  }

  /**
   * @param moved whether this process gets rows that others had
   * @param first whether this is process 0
   */
  ResumePoint(Checkpoint checkpoint, boolean moved, boolean first) {
    this.checkpoint = checkpoint;
    this.moved = moved;
    this.first = first;
  }

  /** Whether this process gets rows that others had: the checkpoint is that of process 0. */
  boolean moved() {
    return moved;
  }

  /** Steps trained before the checkpoint. */
  public long step() {
    return checkpoint.step();
  }

  /** The rows that were never written. */
  public InitialRows initial() {
    return checkpoint.manifest().initial();
  }

  /** How often all rows had been drawn again. */
  public int generation() {
    return checkpoint.manifest().generation();
  }

  /**
   * If rows are moved, what the processes have counted goes on in process 0, but for what devices
   * have, of which there may be another number.
   */
  public RunProgress progress() {
    RunProgress progress = checkpoint.manifest().progress();
    if (!moved) {
      return progress;
    }
    return first ? progress.withoutDevices() : progress.withoutCounts();
  }

  /**
   * Adds the losses of all steps up to the checkpoint, in order. They are a record: if they are
   * damaged or missing, training goes on, and there is no digest of all losses.
   */
  public void addLossesTo(LossDigest digest) {
    if (manifest().digests() != null && manifest().digests().losses() == null) {
      digest.giveUp();
      return;
    }
    try {
      checkpoint.checkLosses();
    } catch (FarsightException e) {
      LOG.warn("{}; the run goes on, its report has no loss_sha256", e.getMessage());
      digest.giveUp();
      return;
    }
    checkpoint.addLossesTo(digest);
  }

  /** Restores the dense parameters. */
  public void loadDense(DenseState dense) {
    checkpoint.loadDense(dense);
  }

  /**
   * The saved state of the cache; empty if none was saved, or if the cache is now a different one.
   *
   * @param cache description of the current cache
   */
  public Optional<DataInputStream> cache(String cache) {
    String saved = checkpoint.manifest().cache();
    if (moved) {
      LOG.info("the processes divide the rows otherwise: the cache starts empty");
    } else if (saved == null) {
      LOG.info("the checkpoint has no state of the cache: the cache starts empty");
    } else if (!saved.equals(cache)) {
      LOG.info("the cache was changed from {} to {}: it starts empty", saved, cache);
    } else {
      return Optional.of(checkpoint.cache());
    }
    return Optional.empty();
  }

  Checkpoint checkpoint() {
    return checkpoint;
  }

  Manifest manifest() {
    return checkpoint.manifest();
  }
}
