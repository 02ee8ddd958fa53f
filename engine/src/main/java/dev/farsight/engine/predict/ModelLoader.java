package dev.farsight.engine.predict;

import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.table.InitialRows;
import dev.farsight.engine.cache.CacheSize;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.tier.HotRows;

/**
 * Loads saved states of a model to score with them, as the settings say: with rows from files,
 * cached, or in memory. Scorers are handed on from state to state.
 */
final class ModelLoader implements AutoCloseable {

  private final Settings farsight;
  private final Components components;
  private final PredictorSettings settings;
  private final SpareScorers spares;

  /**
   * @param farsight the section {@code farsight}
   * @throws dev.farsight.api.config.ConfigException if a setting of {@code serving} is wrong
   */
  ModelLoader(Settings farsight, Components components) {
    this.farsight = farsight;
    this.components = components;
    settings = PredictorSettings.of(farsight);
    spares = new SpareScorers(settings.scorers());
  }

  /** How many versions of a run are kept, the current one included. */
  int keptVersions() {
    return settings.keptVersions();
  }

  ModelShape shape(SavedState state) {
    return ModelShape.of(farsight, components, state, settings.batchSize());
  }

  ModelVersion load(SavedState state, ModelShape shape) {
    RowReader rows = state.rows(components, settings.verifies());
    return settings.inMemory() ? inMemory(state, shape, rows) : fromFiles(state, shape, rows);
  }

  private ModelVersion fromFiles(SavedState state, ModelShape shape, RowReader rows) {
    RowReader served;
    try {
      served = settings.cached() ? cached(rows) : rows;
    } catch (RuntimeException | Error e) {
      Closing.after(e, rows);
      throw e;
    }
    return version(state, shape, served);
  }

  private ModelVersion inMemory(SavedState state, ModelShape shape, RowReader rows) {
    try (rows) {
      return packed(state, shape, pack(state, rows), rows);
    }
  }

  /** Copies rows to memory. */
  PackedRows pack(SavedState state, RowReader rows) {
    return PackedRowsBuilder.copyOf(rows, new DrawnRows(state.initial()), packing(state.initial()));
  }

  /**
   * Loads a state whose rows were packed, and measures what that costs.
   *
   * @param packed owned by the version; closed if this fails
   * @param rows as they were trained
   */
  ModelVersion packed(SavedState state, ModelShape shape, PackedRows packed, RowReader rows) {
    ModelVersion version = version(state, shape, packed);
    try {
      if (packed.packing().loses(state.initial().format().precision())) {
        version.compareWith(rows, packed.packing());
      }
      return version;
    } catch (RuntimeException | Error e) {
      Closing.after(e, version::retire);
      throw e;
    }
  }

  /**
   * Loads a state whose rows are open.
   *
   * @param rows owned by the version; closed if this fails
   */
  ModelVersion version(SavedState state, ModelShape shape, RowReader rows) {
    try {
      ScorerPool scorers = spares.take(shape, state.dense());
      return new ModelVersion(state.steps(), shape, rows, scorers, spares);
    } catch (RuntimeException | Error e) {
      Closing.after(e, rows);
      throw e;
    }
  }

  /** How rows in memory are packed. */
  RowPacking packing(InitialRows initial) {
    return settings.packing().orElseGet(() -> RowPacking.of(initial.format().precision()));
  }

  private RowReader cached(RowReader rows) {
    Settings cache = farsight.section("serving").section("cache");
    var spec = rows.spec();
    long slots = CacheSize.slots(cache, "size", spec.tables().rows(), spec.format());
    if (slots > Integer.MAX_VALUE) {
      throw cache.bad("size", "is more than " + Integer.MAX_VALUE + " rows");
    }
    String policy = cache.string("policy");
    return new HotRows(
        rows,
        (int) slots,
        policy,
        components.policy(policy, cache, "policy"),
        farsight.section("cache"),
        farsight.section("train").longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE));
  }

  /** Frees what no version uses; versions are freed with their last use. */
  @Override
  public void close() {
    spares.close();
  }
}
