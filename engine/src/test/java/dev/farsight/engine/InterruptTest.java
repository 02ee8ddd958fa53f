package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import dev.farsight.engine.checkpoint.CheckpointReader;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A thread in {@code Trainer.train()} that is interrupted: by {@code Future.cancel(true)}, by an
 * application that shuts down. It is a stop, and nothing of the run is broken.
 */
@Timeout(300)
class InterruptTest {

  @TempDir Path folder;

  private TestRun run(String store) {
    TestRun run =
        new TestRun(folder)
            .set(
                "optimizer.type=rowwise-adagrad",
                "cache.size=\"10%\"",
                "train.eval-every=100",
                "model.save=true");
    return store.equals("ssd")
        ? run.set("storage.backend=ssd", "storage.ssd.path=" + folder.resolve("rows"))
        : run;
  }

  /** Interrupts a thread again and again, in a random rhythm, once the run is at some step. */
  private static final class Interrupter implements RunListener, AutoCloseable {

    private final Thread victim = Thread.currentThread();
    private final long firstStep;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean closed;

    Interrupter(long firstStep, long seed) {
      this.firstStep = firstStep;
      thread = new Thread(() -> interrupt(new Random(seed)), "interrupter");
      thread.start();
    }

    private void interrupt(Random random) {
      try {
        reached.await();
        while (!closed) {
          victim.interrupt();
          TimeUnit.MICROSECONDS.sleep(random.nextInt(3000));
        }
      } catch (InterruptedException e) {
        // The test is over.
      }
    }

    @Override
    public void step(StepProgress progress) {
      if (progress.step() >= firstStep) {
        reached.countDown();
      }
    }

    @Override
    public void close() {
      closed = true;
      thread.interrupt();
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"offheap", "ssd"})
  void anInterruptIsAStopAndBreaksNothing(String store) throws IOException {
    long seed = System.nanoTime();
    var random = new Random(seed);
    TestRun reference = run("offheap");
    Config whole = reference.train().json();
    Path checkpoints = folder.resolve("checkpoints");
    boolean resume = false;
    long steps = 0;
    Path directory = null;
    Config report = null;
    for (boolean stopped = true; stopped; resume = true) {
      TestRun run =
          run(store).set("checkpoint.every=30 steps", "checkpoint.directory=" + checkpoints);
      try (var interrupter = new Interrupter(steps + 60 + random.nextInt(200), random.nextLong());
          Trainer trainer = run.open(interrupter, resume)) {
        report = trainer.train().json();
        stopped = report.getLong("throughput.steps") < whole.getLong("throughput.steps");
        assertThat(!stopped || Thread.currentThread().isInterrupted())
            .as("interrupt flag, seed %d", seed)
            .isTrue();
        // The trainer is closed with the flag set, and with more interrupts on the way.
      }
      // What follows opens files on this thread.
      Thread.interrupted();
      directory = run.directory();
      steps = report.getLong("throughput.steps");
      CheckpointReader.list(checkpoints).forEach(CheckpointReader::verify);
      assertThat(model(directory))
          .as("model after %d steps, seed %d", steps, seed)
          .usingRecursiveComparison()
          .isEqualTo(modelAfter(steps));
    }
    assertThat(report.getString("loss_sha256"))
        .as("losses, seed %d", seed)
        .isEqualTo(whole.getString("loss_sha256"));
    assertThat(report.getString("weights_sha256"))
        .as("weights, seed %d", seed)
        .isEqualTo(whole.getString("weights_sha256"));
  }

  private Map<String, byte[]> modelAfter(long steps) throws IOException {
    TestRun run = run("offheap").set("train.max-steps=" + steps);
    run.train();
    return model(run.directory());
  }

  /** The model's values, by file. */
  private static Map<String, byte[]> model(Path run) throws IOException {
    try (Stream<Path> files = Files.walk(run.resolve("model"))) {
      var values = new TreeMap<String, byte[]>();
      for (Path file : files.filter(f -> f.toString().endsWith(".npy")).toList()) {
        values.put(run.relativize(file).toString(), Files.readAllBytes(file));
      }
      assertThat(values).isNotEmpty();
      return values;
    }
  }

  /** As when an application that shuts down starts what it had queued. */
  @Test
  void aThreadThatIsInterruptedBeforeTrainsNothingAndSavesWhatThereIs() {
    List<Runnable> interruptedBefore = List.of(() -> {}, () -> Thread.currentThread().interrupt());
    for (Runnable before : interruptedBefore) {
      before.run();
      TestRun run = run("offheap");
      try (Trainer trainer = run.open(RunListener.NONE)) {
        Thread.currentThread().interrupt();
        Report report = trainer.train();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(report.stopped()).isTrue();
      }
      assertThat(Thread.interrupted()).isTrue();
      assertThat(run.directory().resolve("model").resolve("model.json")).exists();
      assertThat(run.directory().resolve("report.json")).exists();
    }
  }
}
