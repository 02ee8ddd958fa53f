package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.StepInput;
import dev.farsight.engine.FaultyDevices.Call;
import dev.farsight.engine.ProcessThreads.End;
import dev.farsight.engine.event.EvaluationBegun;
import dev.farsight.engine.event.EvaluationEnded;
import dev.farsight.engine.event.RunControl;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.RunStarted;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.plugin.Components;
import dev.farsight.testkit.store.FaultyRowStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One of several processes fails, or is to stop: all of them end, with one line that names the
 * process and its reason, once.
 */
@Timeout(30)
class SeveralProcessesFailureTest {

  private static final String ON_FIRE = "the device is on fire";

  @TempDir Path folder;

  private final Components components = TestRun.builtIn();

  private TestRun run(String... sets) {
    return new TestRun(folder)
        .components(components)
        .set(
            "data.batch-size=36",
            "cache.size=\"30%\"",
            "sharding.collective=sockets",
            "optimizer.type=rowwise-adagrad")
        .set(sets);
  }

  /** The messages of all processes, each on one line. */
  private static List<String> failures(List<End> ends) {
    List<String> messages = new ArrayList<>();
    for (End end : ends) {
      assertThat(end.failure()).isNotNull();
      assertThat(end.failure().getMessage()).doesNotContain("\n", "ended it", "group ");
      messages.add(end.failure().getMessage());
    }
    return messages;
  }

  private static RunListener at(long step, Runnable work) {
    return new RunListener() {
      @Override
      public void step(StepProgress progress) {
        if (progress.step() == step) {
          work.run();
        }
      }
    };
  }

  private static IntFunction<RunListener> only(int process, RunListener listener) {
    return number -> number == process ? listener : RunListener.NONE;
  }

  private IntFunction<TestRun> only(int process, String... sets) {
    return number -> number == process ? run().set(sets) : run();
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "3, 1", "3, 0"})
  void aListenerThatThrows(int processes, int failing) throws Exception {
    RunListener listener =
        at(
            50,
            () -> {
              throw new IllegalStateException("no room on the dashboard");
            });
    List<String> failures =
        failures(ProcessThreads.train(processes, number -> run(), only(failing, listener)));
    String reason =
        "the listener %s failed in step(): java.lang.IllegalStateException: no room on the dashboard"
            .formatted(listener.getClass().getName());
    for (int process = 0; process < processes; process++) {
      assertThat(failures.get(process))
          .isEqualTo(process == failing ? reason : "process " + failing + ": " + reason);
    }
  }

  /** The pipelines of the others are at work, or at rest. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aListenerThatThrowsBetweenPhases(int failing) throws Exception {
    var listener =
        new RunListener() {
          @Override
          public void evaluationEnded(EvaluationEnded evaluation) {
            throw new IllegalStateException("no room on the dashboard");
          }
        };
    List<String> failures =
        failures(
            ProcessThreads.train(3, number -> run("train.eval-every=60"), only(failing, listener)));
    for (int process = 0; process < 3; process++) {
      assertThat(failures.get(process))
          .startsWith((process == failing ? "" : "process " + failing + ": ") + "the listener ")
          .contains("failed in evaluationEnded(): ");
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 1, TRAIN", "3, 2, MOVE", "3, 0, STEP_TICKET", "2, 0, COMPILE"})
  void aDeviceThatFails(int processes, int failing, Call call) throws Exception {
    var random = new Random(31L * processes + failing);
    int nth = call == Call.COMPILE ? 1 : 12 + random.nextInt(40);
    var faulty = new FaultyDevices(0, call, nth, FaultyDevices.failing(ON_FIRE)).in(components);
    List<String> failures =
        failures(
            ProcessThreads.train(
                processes, number -> number == failing ? run().components(faulty) : run()));
    String name = "rank " + failing + " (cpu 0 of process " + failing + "): ";
    for (int process = 0; process < processes; process++) {
      assertThat(failures.get(process))
          .as("process %d, call %d", process, nth)
          .startsWith(
              call != Call.COMPILE ? name : process == failing ? "" : "process " + failing + ": ")
          .contains(ON_FIRE)
          .matches(text -> text.split("process " + failing, -1).length <= 2);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "3, 0"})
  void aLossThatIsNotFinite(int processes, int poisoned) throws Exception {
    var faulty = new FaultyDevices(0, Call.TRAIN, 23, FaultyDevices.poisoning()).in(components);
    List<String> failures =
        failures(
            ProcessThreads.train(
                processes, number -> number == poisoned ? run().components(faulty) : run()));
    assertThat(failures).allSatisfy(line -> assertThat(line).contains("the loss of step 23 is "));
    assertThat(failures.get(poisoned))
        .startsWith("the loss of step 23 is ")
        .contains(
            "among the samples of rank %d (cpu 0 of process %d);".formatted(poisoned, poisoned));
  }

  @ParameterizedTest
  @CsvSource({"2, 1, STEP_TICKET", "3, 0, TRAIN"})
  void aDeviceThatHangs(int processes, int failing, Call call) throws Exception {
    var gate = new CountDownLatch(1);
    var faulty = new FaultyDevices(0, call, 20, FaultyDevices.hanging(gate)).in(components);
    try {
      List<String> failures =
          failures(
              ProcessThreads.train(
                  processes,
                  number ->
                      (number == failing ? run().components(faulty) : run())
                          .set("sharding.timeout=1 s")));
      for (String failure : failures) {
        assertThat(failure).startsWith("rank " + failing + " (cpu 0 of process " + failing + ") ");
      }
      assertThat(failures.get(failing)).contains(" does not answer");
    } finally {
      gate.countDown();
    }
  }

  @Test
  void aStoreThatCannotBeOpened() throws Exception {
    Path occupied = Files.writeString(folder.resolve("occupied"), "not a folder");
    List<String> failures =
        failures(
            ProcessThreads.train(
                3,
                number ->
                    run(
                        "storage.backend=ssd",
                        "storage.ssd.path="
                            + (number == 2 ? occupied : folder.resolve("rows-" + number)))));
    assertThat(failures.get(2)).contains(occupied.toString()).doesNotContain("process");
    for (int process = 0; process < 2; process++) {
      assertThat(failures.get(process)).isEqualTo("process 2: " + failures.get(2));
    }
  }

  @Test
  void aStoreThatFails() throws Exception {
    var faulty =
        new KeptStores(
                store ->
                    store.fail(
                        FaultyRowStore.Call.READ,
                        40,
                        new IllegalStateException("the disk is gone")))
            .in(components);
    List<String> failures =
        failures(ProcessThreads.train(3, number -> number == 1 ? run().components(faulty) : run()));
    for (String failure : failures) {
      assertThat(failure).contains("the disk is gone").containsOnlyOnce("process 1");
    }
  }

  private Path csv(String name, int rows, int badRow) throws IOException {
    var text = new StringBuilder("label,x,a,b\n");
    var random = new Random(7);
    for (int row = 0; row < rows; row++) {
      text.append(random.nextInt(2)).append(',').append(random.nextInt(9)).append(',');
      text.append(random.nextInt(50)).append(',');
      text.append(row == badRow ? "what,is,this" : Integer.toString(random.nextInt(300)));
      text.append('\n');
    }
    return Files.writeString(folder.resolve(name), text);
  }

  private IntFunction<TestRun> csvRuns(Path file, int process, Path other) {
    return number ->
        run(
            "data.source=csv",
            "data.path=" + (number == process ? other : file),
            "data.csv.dense=[x]",
            "data.csv.label=label",
            "data.csv.categorical=[{column = a, rows = 100, kind = integer}, {column = b, rows = 1000, kind = integer}]");
  }

  @Test
  void dataThatIsNotThere() throws Exception {
    Path file = csv("good.csv", 2000, -1);
    Path missing = folder.resolve("missing.csv");
    List<String> failures = failures(ProcessThreads.train(3, csvRuns(file, 1, missing)));
    assertThat(failures.get(1)).contains(missing.toString());
    for (int process : new int[] {0, 2}) {
      assertThat(failures.get(process)).isEqualTo("process 1: " + failures.get(1));
    }
  }

  @Test
  void otherData() throws Exception {
    Path file = csv("good.csv", 2000, -1);
    Path other = csv("other.csv", 2001, -1);
    List<String> failures = failures(ProcessThreads.train(3, csvRuns(file, 1, other)));
    assertThat(failures.get(0)).startsWith("process 1 has ").contains(", process 0 has ");
    assertThat(failures).containsOnly(failures.get(0));
  }

  @Test
  void theSameDataAtAnotherPlace() throws Exception {
    List<End> ends =
        ProcessThreads.train(2, csvRuns(csv("good.csv", 2000, -1), 1, csv("copy.csv", 2000, -1)));
    assertThat(ends).allSatisfy(end -> assertThat(end.failure()).isNull());
    assertThat(ends.get(1).report().lossSha256()).isEqualTo(ends.get(0).report().lossSha256());
  }

  /** The others have read ahead of what this one can plan. */
  @Test
  void dataThatOneCannotReadOn() throws Exception {
    Components broken = FailingPasses.in(components, 41, "the disk is gone");
    List<String> failures =
        failures(ProcessThreads.train(3, number -> number == 1 ? run().components(broken) : run()));
    assertThat(failures)
        .containsExactly(
            "process 1: the disk is gone", "the disk is gone", "process 1: the disk is gone");
  }

  @Test
  void dataThatIsMalformedInAllProcesses() throws Exception {
    Path file = csv("bad.csv", 2000, 1000);
    for (String failure : failures(ProcessThreads.train(2, csvRuns(file, 1, file)))) {
      assertThat(failure).contains("bad.csv");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train.seed=6|train.seed = 6, process 0 has 5",
        "optimizer.learning-rate=0.2|optimizer.learning-rate = 0.2, process 0 has 0.1",
        "lookahead.planned=3|lookahead.planned = 3, process 0 has 4",
        "data.synthetic.rows=12009|data.synthetic.rows = 12009, process 0 has 12010",
        "compute.nd4j-native.devices=2|devices = 2, process 0 has 1",
        "sharding.tables.C1=table|sharding.tables.C1 = \"table\", process 0 has none",
        "model.save=true|model.save = true, process 0 has false",
        "cache.policy=lru|cache policy = lru of plugin cache-lru, process 0 has lfu of plugin cache-lfu"
      })
  void settingsThatDiffer(String set, String expected) throws Exception {
    List<String> failures = failures(ProcessThreads.train(3, only(2, set)));
    assertThat(failures)
        .containsOnly("process 2 has " + expected + "; all processes of a run need the same");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "compute.threads=1",
        "lookahead.threads=1",
        "storage.threads=3",
        "report.metrics-every=7"
      })
  void whatIsAHostsOwnMayDiffer(String set) throws Exception {
    List<End> ends = ProcessThreads.train(2, only(1, set));
    assertThat(ends).allSatisfy(end -> assertThat(end.failure()).isNull());
  }

  /** As with backends that do not compute the same. */
  @Test
  void denseParametersThatDiffer() throws Exception {
    FaultyDevices.Fault otherRate = input -> ((StepInput) input).learningRates(.1f, .9f);
    var faulty = new FaultyDevices(0, Call.TRAIN, 90, otherRate).in(components);
    List<String> failures =
        failures(ProcessThreads.train(2, number -> number == 1 ? run().components(faulty) : run()));
    assertThat(failures.get(0))
        .startsWith(
            "the dense parameters of rank 1 (cpu 0 of process 1) differ from those of rank 0 (cpu 0 of process 0) after training (SHA-256 ");
    assertThat(failures).containsOnly(failures.get(0));
  }

  /** Asks for a stop at a step, and counts steps. */
  private static final class Stopping implements RunListener {

    private final long step;
    private final boolean inEvaluation;
    private RunControl control;

    Stopping(long step, boolean inEvaluation) {
      this.step = step;
      this.inEvaluation = inEvaluation;
    }

    @Override
    public void started(RunStarted started, RunControl run) {
      control = run;
    }

    @Override
    public void step(StepProgress progress) {
      if (!inEvaluation && progress.step() == step) {
        control.stop();
      }
    }

    @Override
    public void evaluationBegun(EvaluationBegun evaluation) {
      if (inEvaluation && evaluation.step() == step) {
        control.stop();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 0, 70", "2, 1, 70", "3, 2, 1", "3, 1, 133"})
  void aStopEndsAllAfterTheSameStep(int processes, int stopping, long step) throws Exception {
    List<End> ends =
        ProcessThreads.train(
            processes,
            number -> run("train.epochs=3", "train.eval-every=100"),
            only(stopping, new Stopping(step, false)));
    requireSameEnd(ends, true);
    long steps = ends.get(0).report().steps();
    assertThat(steps).isBetween(step, step + 60);
    Report one =
        run("train.epochs=3", "train.max-steps=" + steps)
            .set("compute.nd4j-native.devices=" + processes)
            .train();
    assertThat(ends.get(0).report().lossSha256()).isEqualTo(one.lossSha256());
    assertThat(ends.get(0).report().weightsSha256()).isEqualTo(one.weightsSha256());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aStopDuringAnEvaluation(int stopping) throws Exception {
    List<End> ends =
        ProcessThreads.train(
            2,
            number -> run("train.epochs=2", "train.eval-every=100"),
            only(stopping, new Stopping(100, true)));
    requireSameEnd(ends, true);
    assertThat(ends.get(0).report().steps()).isEqualTo(100);
    assertThat(ends.get(0).report().json().hasPath("evaluated_step")).isFalse();
  }

  /** There is no step that it could end: the run ends as it would have. */
  @Test
  void aStopAfterTheLastStep() throws Exception {
    List<End> ends =
        ProcessThreads.train(
            2,
            number -> run("train.max-steps=60", "data.eval-fraction=0"),
            only(1, new Stopping(60, false)));
    requireSameEnd(ends, ends.get(0).report().stopped());
    assertThat(ends.get(0).report().steps()).isEqualTo(60);
  }

  private static void requireSameEnd(List<End> ends, boolean stopped) {
    for (End end : ends) {
      assertThat(end.failure()).isNull();
      assertThat(end.report().stopped()).isEqualTo(stopped);
      assertThat(end.report().steps()).isEqualTo(ends.get(0).report().steps());
      assertThat(end.report().lossSha256()).isEqualTo(ends.get(0).report().lossSha256());
    }
  }
}
