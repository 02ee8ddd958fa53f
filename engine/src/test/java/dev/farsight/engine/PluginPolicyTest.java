package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.plugin.JarBuilder;
import dev.farsight.engine.plugin.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * If a policy in a jar fails during a run, the message names it and the store keeps all steps
 * before the failure.
 */
class PluginPolicyTest {

  /** A FIFO policy. It fails in the given way once {@code HONEST} batches have needed victims. */
  private static final String FIFO =
      """
      package acme;
      import dev.farsight.api.cache.*;
      import java.io.*;
      import java.util.*;
      public final class Acme extends dev.farsight.api.plugin.FarsightPlugin {
        public Acme() { super("acme", API_VERSION); }
        @Override public void register(dev.farsight.api.plugin.Registry registry) { registry.policy(new Factory()); }
        static final class Factory implements CachePolicyFactory {
          @Override public String name() { return "fifo"; }
          @Override public CachePolicy create(PolicyContext context) {
            ON_CREATION
            return new Fifo(context.slots());
          }
        }
        static final class Missing {}
        static final class Fifo implements CachePolicy {
          static final int HONEST = 25;
          final ArrayDeque<Integer> queue = new ArrayDeque<>();
          final int slots;
          int calls;
          Fifo(int slots) { this.slots = slots; }
          @Override public void hit(SlotBatch rows) { if (calls > HONEST) { ON_HIT } }
          @Override public void admit(SlotBatch rows) {
            if (calls > HONEST) { ON_ADMISSION }
            for (int i = 0; i < rows.count(); i++) { queue.add(rows.slots()[i]); }
          }
          @Override public int victims(int count, Pins pins, int[] victims) {
            int chosen = 0;
            for (var each = queue.iterator(); chosen < count; ) {
              int slot = each.next();
              if (!pins.pinned(slot)) { victims[chosen++] = slot; each.remove(); }
            }
            if (calls++ >= HONEST) { ON_CHOICE }
            return chosen;
          }
          @Override public void evicted(SlotBatch rows) { if (calls > HONEST) { ON_EVICTION } }
          @Override public void reset() { queue.clear(); }
          @Override public void save(DataOutput out) {}
          @Override public void restore(DataInput in) {}
          @Override public void checkInvariants() {}
        }
      }
      """;

  @TempDir Path folder;

  private Plugins fifo(String where, String what, String... leftOut) throws IOException {
    String source = FIFO.replace(where, what).replaceAll("ON_[A-Z]+", "");
    var jar =
        new JarBuilder()
            .source("acme.Acme", source)
            .service("acme.Acme")
            .file("reference.conf", "farsight.cache.fifo {}");
    for (String name : leftOut) {
      jar.leaveOut(name);
    }
    Path plugins = Files.createDirectories(folder.resolve("plugins"));
    jar.build(plugins.resolve("acme.jar"));
    return Plugins.load(PluginPolicyTest.class.getClassLoader(), Optional.of(plugins));
  }

  private TestRun run(Plugins plugins, KeptStores stores) {
    return new TestRun(folder)
        .components(stores.in(plugins.components()))
        .loaders(plugins.loaders())
        .set(
            "cache.policy=fifo",
            "optimizer.type=rowwise-adagrad",
            "cache.size=\"3%\"",
            "data.eval-fraction=0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ON_CHOICE | for (int s = 0; s < slots; s++) { if (pins.pinned(s)) { victims[0] = s; } } | is broken: it named slot \\d+ \\(row \\d+\\) as a victim, which the batch being planned uses \\(in the cache\\)",
        "ON_CHOICE | victims[chosen - 1] = victims[0]; | is broken: it named slot \\d+ \\(row \\d+\\) as a victim twice \\(in the cache\\)",
        "ON_CHOICE | victims[0] = slots; | is broken: it named slot 344 of 344 as a victim \\(in the cache\\)",
        "ON_CHOICE | chosen--; | is broken: it named \\d+ victims of \\d+ wanted \\(in the cache\\)",
        "ON_CHOICE | victims[victims.length] = 0; | failed in CachePolicy.victims at batch \\d+: java.lang.ArrayIndexOutOfBoundsException: .*",
        "ON_CHOICE | queue.iterator().next(); queue.clear(); queue.element(); | failed in CachePolicy.victims at batch \\d+: java.util.NoSuchElementException",
        "ON_HIT | throw new IllegalStateException(\"tired\"); | failed in CachePolicy.hit at batch \\d+: java.lang.IllegalStateException: tired",
        "ON_EVICTION | rows.notes()[0] = 1024; | is broken: it noted 1024 of row \\d+, which is not from 0 to 1023 \\(in the cache\\)",
        "ON_EVICTION | throw new IllegalStateException(\"sorry\"); | failed in CachePolicy.evicted at batch \\d+: java.lang.IllegalStateException: sorry",
        "ON_ADMISSION | throw new AssertionError(\"odd\"); | failed in CachePolicy.admit at batch \\d+: java.lang.AssertionError: odd",
        "ON_ADMISSION | new Missing(); | failed in CachePolicy.admit at batch \\d+: class acme\\.Acme\\$Missing is missing; a plugin's jar must .*",
      })
  void aPolicyThatBreaksIsNamedAndNothingIsLost(String where, String what, String complaint)
      throws IOException {
    var stores = new KeptStores(UnaryOperator.identity());
    var steps = new AtomicLong();
    try (Plugins plugins = fifo(where, what, "acme.Acme$Missing")) {
      try (Trainer trainer = run(plugins, stores).open(new Counting(steps))) {
        assertThatThrownBy(trainer::train)
            .isInstanceOf(FarsightException.class)
            .message()
            .matches("cache policy fifo \\(plugin acme, .*/acme\\.jar\\) " + complaint);
      }
      String rowsAfterFailure = stores.rowsSha256();
      assertThat(steps.get()).isGreaterThanOrEqualTo(25);
      run(plugins, stores).set("cache.policy=lru", "train.max-steps=" + steps).train();
      assertThat(rowsAfterFailure).as("after %d steps", steps.get()).isEqualTo(stores.rowsSha256());
    }
  }

  private record Counting(AtomicLong steps) implements RunListener {

    @Override
    public void step(StepProgress progress) {
      steps.set(progress.step());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "if (true) { return null; } | is broken: CachePolicyFactory.create returned null",
        "if (true) { throw new IllegalStateException(\"no\"); } | failed in CachePolicyFactory.create: java.lang.IllegalStateException: no",
        "new Missing(); | failed in CachePolicyFactory.create: class acme.Acme$Missing is missing; a plugin's jar must contain the libraries that the plugin needs",
      })
  void aFactoryThatBreaksIsNamed(String what, String complaint) throws IOException {
    try (Plugins plugins = fifo("ON_CREATION", what, "acme.Acme$Missing")) {
      TestRun run = run(plugins, new KeptStores(UnaryOperator.identity()));
      assertThatThrownBy(run::train)
          .isInstanceOf(FarsightException.class)
          .hasMessage(
              "cache policy fifo (plugin acme, %s) ".formatted(folder.resolve("plugins/acme.jar"))
                  + complaint);
    }
  }

  @Test
  void aPolicyOfAJarChangesNoWeights() throws IOException {
    var stores = new KeptStores(UnaryOperator.identity());
    try (Plugins plugins = fifo("ON_CREATION", "")) {
      run(plugins, stores).train();
      String fifo = stores.rowsSha256();
      run(plugins, stores).set("cache.policy=lfu", "cache.size=all").train();
      assertThat(fifo).isEqualTo(stores.rowsSha256());
    }
  }
}
