package dev.farsight.engine.build;

import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.engine.checkpoint.Checkpoints;
import dev.farsight.engine.columns.ColumnStore;
import dev.farsight.engine.pipeline.MovedRows;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.share.OwnWrites;
import dev.farsight.engine.share.RowShare;
import dev.farsight.engine.share.ShareStore;
import dev.farsight.engine.statistics.RowCounts;
import dev.farsight.engine.tier.RamTier;
import dev.farsight.engine.tier.TierSettings;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The opened store, and the layers above it.
 *
 * @param store the outermost layer
 * @param ramTier the tier of memory; null if there is none
 * @param share the rows of this process; null if there is one
 * @param counts occurrences of rows in the training data; null if nothing needs them
 */
record StoreParts(RowStore store, RowShare share, RamTier ramTier, RowCounts counts) {

  /**
   * @param checkpoints null if the run writes none
   */
  static StoreParts open(
      RunSetup setup,
      Shapes shapes,
      DataSource data,
      Checkpoints checkpoints,
      InitialValues values,
      Resources resources) {
    StoreSpec spec = Specs.store(setup.settings(), values.rows(), setup.runDirectory());
    RowShare share = setup.processes().isAlone() ? null : share(setup, shapes);
    Optional<TierSettings> tier = TierSettings.of(spec);
    RowCounts counts =
        countsRows(setup.settings(), setup.components(), shapes, tier)
            ? CountedRows.of(setup, data)
            : null;
    RowStoreFactory stores = setup.components().store(setup.farsight());
    boolean continues = checkpoints != null && checkpoints.continuesStore();
    if (stores.persistent()) {
      setup.events().phase("opening the " + stores.name() + " store");
    }
    StoreSpec own = share == null ? spec : ShareStore.specOf(share, spec);
    RowStore opened = resources.own(continues ? stores.reopen(own) : stores.open(own));
    RowStore bottom = share == null ? opened : new ShareStore(opened, share, spec);
    RamTier ramTier = tier.map(t -> resources.own(ramTier(setup, bottom, t, counts))).orElse(null);
    RowStore store =
        withCheckpoints(ramTier == null ? bottom : ramTier, share, checkpoints, resources);
    return new StoreParts(store, share, ramTier, counts);
  }

  /** The rows of this process. */
  private static RowShare share(RunSetup setup, Shapes shapes) {
    try (var workers = new Workers("share", setup.settings().plannerThreads())) {
      return new RowShare(shapes.tables(), shapes.owners(), setup.ranks(shapes).list(), workers);
    }
  }

  /** What each rank of this process has of the rows. */
  List<MovedRows> moved(Shapes shapes) {
    int ranks = shapes.ranksOfProcess().size();
    if (!shapes.columns()) {
      return Collections.nCopies(ranks, MovedRows.of(store));
    }
    var columns = new ColumnStore(store, ranks);
    return IntStream.range(0, ranks).mapToObj(columns::ofRank).toList();
  }

  /** The store as one writes all rows of a model to it. */
  RowStore toLoad() {
    return share == null ? store : new OwnWrites(store, share::has);
  }

  /** Whether rows are counted before training: a policy asks for it, or the warm-up. */
  static boolean countsRows(
      EngineSettings settings, Components components, Shapes shapes, Optional<TierSettings> tier) {
    boolean device =
        !shapes.full()
            && (components.policy(settings.farsight()).wantsFrequencies() || settings.warmUp() > 0);
    return device
        || tier.map(t -> t.policy(components, settings.farsight()).wantsFrequencies())
            .orElse(false);
  }

  private static RamTier ramTier(
      RunSetup setup, RowStore below, TierSettings tier, RowCounts counts) {
    return new RamTier(
        below,
        tier,
        tier.policy(setup.components(), setup.farsight()),
        setup.farsight().section("cache"),
        counts == null ? RowFrequencies.NONE : counts,
        setup.settings().seed());
  }

  /** Adds the layer that keeps the rows of checkpoints, if the run writes any. */
  private static RowStore withCheckpoints(
      RowStore store, RowShare share, Checkpoints checkpoints, Resources resources) {
    if (checkpoints == null) {
      Checkpoints.requireNew(store);
      return store;
    }
    RowStore layer = checkpoints.attach(store, share == null ? row -> true : share::has);
    resources.own(checkpoints::detach);
    return layer;
  }
}
