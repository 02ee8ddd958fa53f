package dev.farsight.engine.build;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.IoReason;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.checkpoint.ResumePoint;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.process.OwnRanks;
import dev.farsight.engine.progress.ProgressMeter;
import dev.farsight.engine.run.CacheDescription;
import dev.farsight.engine.run.Session;
import dev.farsight.engine.statistics.RowCounts;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;

/**
 * Fills the cache before training: with every row if all are resident, with the rows of a
 * checkpoint's cache, or with the rows that occur most often.
 */
final class CacheWarmUp {

  private final Session session;
  private final Shapes shapes;
  private final RunListener events;

  CacheWarmUp(Session session, Shapes shapes, RunListener events) {
    this.session = session;
    this.shapes = shapes;
    this.events = events;
  }

  /**
   * @param counts occurrences of rows in the training data; null if unknown
   */
  void fill(RowCounts counts) {
    boolean restored = session.resumePoint().map(this::restore).orElse(false);
    if (shapes.full() || restored) {
      var meter =
          ProgressMeter.begin(events, "loading rows into the cache", session.slotsOfAll(), "slots");
      session.transfers().loadResident(meter::add);
      meter.end();
    } else if (counts != null && session.settings().warmUp() > 0) {
      events.phase("warming up the cache");
      loadMostFrequent(counts, session.settings().warmUp());
    }
  }

  /**
   * Restores the locations of rows from the checkpoint; returns false if it has no state for this
   * cache.
   */
  private boolean restore(ResumePoint checkpoint) {
    String description = CacheDescription.of(session);
    try (DataInputStream state = checkpoint.cache(description).orElse(null)) {
      if (state == null) {
        return false;
      }
      session.restoreCaches(state);
      return true;
    } catch (IOException e) {
      throw new FarsightException(
          "the checkpoint's state of the cache cannot be read: " + IoReason.of(e), e);
    }
  }

  /** Fills {@code share} of each region's slots. */
  private void loadMostFrequent(RowCounts counts, double share) {
    int most = (int) Math.min(Integer.MAX_VALUE, shapes.slots());
    RowRequest frequent = counts.mostFrequent((int) (most * share));
    RegionLayout.Allowance allowance = shapes.regions().allowance(share);
    OwnRanks ranks = session.ranks();
    List<RankShape> ownShapes = ranks.list().stream().map(shapes.ranks()::get).toList();
    var requests = new RankRequests(session.transfers(), ownShapes);
    for (int position = 0; position < frequent.count(); position++) {
      long row = frequent.rows()[position];
      if (allowance.take(row)) {
        for (int device = 0; device < ranks.count(); device++) {
          if (ranks.all() == 1 || shapes.owners().on(ranks.rank(device), row)) {
            requests.add(device, row, frequent.occurrences()[position]);
          }
        }
      }
    }
    requests.end();
  }
}
