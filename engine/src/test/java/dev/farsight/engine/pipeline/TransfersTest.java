package dev.farsight.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.config.Settings;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.attribution.PluginCalls;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.FullResidency;
import dev.farsight.engine.cache.PartialResidency;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.cache.Ring;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.testkit.compute.NaiveBackend;
import dev.farsight.testkit.store.DeferredRowStore;
import dev.farsight.testkit.store.FaultyRowStore;
import dev.farsight.testkit.store.FaultyRowStore.Call;
import dev.farsight.testkit.store.NaiveRowStore;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransfersTest {

  private static final int ROWS = 900;
  private static final int RING_ROWS = 70;
  private static final TableSet TABLES =
      new TableSet(List.of(new Table("a", 300), new Table("b", ROWS - 300)));
  private static final RowFormat FORMAT = RowFormat.of(3, 1);

  private static final Settings NO_SETTINGS = Settings.of("test", ConfigFactory.empty());

  private final NaiveRowStore kept =
      new NaiveRowStore(
          new StoreSpec(TABLES, FORMAT, new InitialRows(TABLES, FORMAT, 1), NO_SETTINGS, 1, null));
  private final FaultyRowStore faulty = new FaultyRowStore(kept);

  /** A store whose calls fail when they are awaited, as those of a device that writes later. */
  private final DeferredRowStore store = new DeferredRowStore(faulty);

  /** With more than one region, and with all rows resident. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFlushThatFailsIsMadeUpForByTheNextOne(boolean full) {
    for (long seed = 1; seed <= 30; seed++) {
      var random = new Random(seed);
      try (var workers = new Workers("test", 1);
          var fetcher = new RowMover(store, "fetch", 1);
          var writer = new RowMover(store, "write-back", 1);
          var backend = new NaiveBackend();
          HostBuffers buffers = backend.buffers()) {
        int slots = full ? ROWS : 300 + random.nextInt(400);
        Residency residency = full ? fullResidency(workers) : partialResidency(slots, workers);
        SlotMemory memory = backend.slots(FORMAT, slots, RING_ROWS, RING_ROWS);
        var lane = new Lane(memory, null, fetcher, writer);
        CachePlan plan = residency.newPlan(buffers);
        var transfers =
            new Transfers(
                () -> {}, List.of(new Transfers.Part(residency, lane, residency.newPlan(buffers))));
        if (full) {
          transfers.loadResident(passed -> {});
        }
        float[][] truth = changeRows(random, residency, lane, plan, full ? ROWS : slots / 3);
        long writes = faulty.calls(Call.WRITE);
        faulty.fail(
            Call.WRITE, writes + 1 + random.nextInt(2), new FarsightException("the disk stutters"));

        assertThatThrownBy(transfers::flush).hasMessage("the disk stutters");
        transfers.flush();

        for (int row = 0; row < ROWS; row++) {
          if (truth[row] != null) {
            assertThat(read(row)).as("seed %d, row %d", seed, row).isEqualTo(truth[row]);
          }
        }
        assertThat(transfers.flush()).as("rows left dirty, seed %d", seed).isZero();
      }
    }
  }

  private static Residency fullResidency(Workers workers) {
    return new FullResidency(ROWS, RING_ROWS, RING_ROWS, workers);
  }

  private static Residency partialResidency(int slots, Workers workers) {
    var policies =
        Plugins.load(TransfersTest.class.getClassLoader()).components().policies().get("lru");
    Ring.Gate free = (held, planning) -> {};
    return new PartialResidency(
        new RegionLayout(TABLES, slots, 3, Map.of()),
        null,
        new PluginCalls("cache policy lru"),
        (region, count, maxNote) ->
            policies.create(
                new PolicyContext(count, region, NO_SETTINGS, RowFrequencies.NONE, maxNote)),
        RING_ROWS,
        new Ring(RING_ROWS, 0, free),
        new Ring(RING_ROWS, 0, free),
        0,
        workers);
  }

  /** Makes rows resident and gives them random values; returns these by row. */
  private float[][] changeRows(
      Random random, Residency residency, Lane lane, CachePlan plan, int rows) {
    var truth = new float[ROWS][];
    int[] ids = random.ints(0, ROWS).distinct().limit(rows).toArray();
    var values = RowBuffer.allocate(FORMAT, 1, HostBuffers.plain());
    for (int from = 0; from < ids.length; from += 40) {
      var request = new RowRequest(RING_ROWS);
      request.begin(RowRequest.Use.TRAIN, true);
      for (int i = from; i < Math.min(ids.length, from + 40); i++) {
        var value = new float[FORMAT.words()];
        for (int w = 0; w < value.length; w++) {
          value[w] = random.nextFloat();
        }
        truth[ids[i]] = value;
        values.put(0, value);
        request.add(ids[i], 1);
      }
      residency.plan(request, plan);
      lane.fetch(plan);
      lane.memory().move(plan.moves()).await();
      overwrite(lane.memory(), request, plan, truth);
      residency.drained();
    }
    return truth;
  }

  /** As training does: puts new values into the slots of a request. */
  private static void overwrite(
      SlotMemory memory, RowRequest request, CachePlan plan, float[][] truth) {
    var moves = new RowMoves(RING_ROWS, HostBuffers.plain());
    moves.inFrom(0);
    for (int position = 0; position < request.count(); position++) {
      memory.in().put(position, truth[(int) request.rows()[position]]);
      moves.load(plan.slot(position));
    }
    memory.stage(0, request.count());
    memory.move(moves).await();
  }

  private float[] read(long row) {
    var values = RowBuffer.allocate(FORMAT, 1, HostBuffers.plain());
    kept.read(new long[] {row}, 0, 1, values, 0).await();
    var value = new float[FORMAT.words()];
    values.get(0, value);
    return value;
  }
}
