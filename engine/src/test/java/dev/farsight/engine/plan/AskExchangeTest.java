package dev.farsight.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RegionRows;
import dev.farsight.engine.cache.RowOwners;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.cache.Sharding.Placement;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.engine.process.OwnRanks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a rank is told by those of other processes is what it would see in theirs. */
class AskExchangeTest {

  private static final int SAMPLES = 40;

  private static final BatchSchema SCHEMA =
      new BatchSchema(
          0,
          new TableSet(
              List.of(
                  new Table("a", 7), new Table("b", 300), new Table("c", 40), new Table("d", 90))),
          List.of(
              new Feature("a", 0), new Feature("b", 1), new Feature("c", 2), new Feature("d", 3)),
          Set.of());

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  private static List<Collective> group(int ranks) {
    var context =
        new CollectiveContext(
            Settings.of("farsight.sharding.threads", ConfigFactory.empty()),
            "asks",
            Collections.nCopies(ranks, "test"),
            IntStream.range(0, ranks).boxed().toList(),
            Duration.ofSeconds(20),
            Optional.empty());
    return Plugins.load(AskExchangeTest.class.getClassLoader())
        .components()
        .collectives()
        .get("threads")
        .connect(context);
  }

  private Batch batch(int samples) {
    var batch = new Batch(SCHEMA, SAMPLES, HostBuffers.plain());
    for (int f = 0; f < SCHEMA.features().size(); f++) {
      Feature feature = SCHEMA.features().get(f);
      int rows = SCHEMA.tables().get(feature.table()).rows();
      for (int s = 0; s < samples; s++) {
        batch.indices(f)[s] = random.nextInt(rows);
      }
    }
    batch.samples(samples);
    return batch;
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "3, 1", "2, 2", "2, 3"})
  void ranksSeeWhatOthersAskOfThem(int processes, int devices) {
    int ranks = processes * devices;
    var sharding =
        new Sharding(
            ranks,
            List.of(Placement.REPLICATED, Placement.ROW, Placement.on(ranks - 1), Placement.ROW));
    RowOwners owners = RowOwners.of(sharding, SCHEMA.tables(), 0);
    List<Collective> group = group(ranks);
    List<AskExchange> exchanges = new ArrayList<>();
    List<AskExchange.Received> received = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      var own = new OwnRanks(rank / devices * devices, devices, ranks);
      exchanges.add(new AskExchange(owners, own, rank, group.get(rank)));
      received.add(exchanges.get(rank).newReceived());
    }
    try (var workers = new Workers("test", 1)) {
      var deduper = new Deduper(SCHEMA, SAMPLES, owners.groups(), workers);
      for (int round = 0; round < 20; round++) {
        AskedRows[] asked = new AskedRows[ranks];
        for (int rank = 0; rank < ranks; rank++) {
          Batch batch = batch(rank == round % 3 ? 0 : 1 + random.nextInt(SAMPLES));
          UniqueRows unique = deduper.newRows();
          deduper.find(batch, RowRequest.Use.TRAIN, true, unique);
          unique.request().byGroup(owners.groups());
          asked[rank] = new AskedRows().of(unique, batch);
        }
        int signalled = random.nextInt(ranks);
        exchange(exchanges, asked, signalled, received);
        for (int rank = 0; rank < ranks; rank++) {
          check(owners, devices, rank, asked, signalled, received.get(rank));
        }
      }
    }
    group.forEach(Collective::close);
  }

  private static void exchange(
      List<AskExchange> exchanges,
      AskedRows[] asked,
      int signalled,
      List<AskExchange.Received> received) {
    CompletableFuture<?>[] all =
        IntStream.range(0, asked.length)
            .mapToObj(
                rank ->
                    CompletableFuture.runAsync(
                        () ->
                            exchanges
                                .get(rank)
                                .exchange(
                                    asked[rank], rank == signalled ? 4 : 0, received.get(rank)),
                        task -> new Thread(task).start()))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(all).join();
  }

  private void check(
      RowOwners owners,
      int devices,
      int rank,
      AskedRows[] asked,
      int signalled,
      AskExchange.Received received) {
    for (int p = 0; p < asked.length; p++) {
      boolean sameProcess = p / devices == rank / devices;
      assertThat(received.asked(p) == null).as("seed %d", seed).isEqualTo(sameProcess);
      if (sameProcess) {
        continue;
      }
      AskedRows told = received.asked(p);
      assertThat(told.samples()).as("seed %d", seed).isEqualTo(asked[p].samples());
      assertThat(told.weight()).as("seed %d", seed).isEqualTo(asked[p].weight());
      for (int group : owners.groupsOn(rank)) {
        assertThat(rows(told.rows(), group))
            .as("seed %d, rank %d of rank %d, group %d", seed, rank, p, group)
            .isEqualTo(rows(asked[p].rows(), group));
      }
      int mine = Arrays.stream(owners.groupsOn(rank)).map(g -> rows(told.rows(), g).size()).sum();
      int all =
          IntStream.range(0, owners.groups().count()).map(g -> rows(told.rows(), g).size()).sum();
      assertThat(all).as("seed %d: nothing is told that is not asked", seed).isEqualTo(mine);
    }
    boolean other = signalled / devices != rank / devices;
    assertThat(received.signal()).as("seed %d", seed).isEqualTo(other ? 4 : 0);
  }

  private static List<List<Long>> rows(RegionRows rows, int group) {
    return IntStream.range(rows.starts()[group], rows.starts()[group + 1])
        .mapToObj(i -> List.of(rows.rows()[i], (long) rows.occurrences()[i]))
        .toList();
  }
}
