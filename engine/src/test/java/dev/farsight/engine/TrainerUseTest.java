package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an application may do with a trainer, and what it is told otherwise. */
@Timeout(300)
class TrainerUseTest {

  @TempDir Path folder;

  private TestRun run() {
    return new TestRun(folder)
        .set("cache.size=\"10%\"", "data.synthetic.rows=1190", "optimizer.type=rowwise-adagrad")
        .set("model.save=true");
  }

  @Test
  void aTrainerWorksOnce() {
    TestRun run = run();
    Trainer trainer = run.open(RunListener.NONE);
    Report report = trainer.train();
    assertThatThrownBy(trainer::train)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "train(): train() was called before, and a trainer works once; to train on, close it and call Trainer.resume, which needs checkpoint.every, or set model.load to its model");
    assertThatThrownBy(trainer::evaluate)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "evaluate(): train() was called before, and a trainer works once; its report has the evaluation of the held-out part, and for other data close this trainer and open another one with model.load set to its model");
    trainer.close();
    trainer.close();
    trainer.stop();
    for (Callable<Report> call : List.<Callable<Report>>of(trainer::train, trainer::evaluate)) {
      assertThatThrownBy(call::call)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageEndingWith("(): this trainer is closed; open another one");
    }
    assertThat(Report.read(run.directory().resolve("report.json")).toJson())
        .isEqualTo(report.toJson());

    Config again = run().set("model.load=" + run.directory().resolve("model")).config();
    try (Trainer other =
        Trainer.openToEvaluate(again, TestRun.builtIn(), folder.resolve("e"), RunListener.NONE)) {
      assertThatThrownBy(other::train).hasMessageContaining("opened with openToEvaluate");
      assertThat(other.evaluate().quality()).isEqualTo(report.quality());
      assertThatThrownBy(other::evaluate)
          .hasMessage(
              "evaluate(): evaluate() was called before, and a trainer works once; close this trainer and open another one");
    }
  }

  @Test
  void aTrainerThatIsClosedWhileItTrainsStopsFirst() throws Exception {
    var begun = new CountDownLatch(1);
    TestRun run = run().set("train.epochs=100000");
    Trainer trainer =
        run.open(
            new RunListener() {
              @Override
              public void step(StepProgress step) {
                begun.countDown();
              }
            });
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<Report> report = thread.submit(trainer::train);
      begun.await();
      trainer.close();
      assertThat(report.get().stopped()).isTrue();
      assertThat(run.directory().resolve("model").resolve("model.json")).exists();
    } finally {
      thread.shutdown();
    }
  }

  @Test
  void aListenerStopsItsRunAndCannotCloseIt() {
    var trainer = new Trainer[1];
    var told = new ArrayList<Throwable>();
    trainer[0] =
        run()
            .set("train.epochs=100000")
            .open(
                new RunListener() {
                  @Override
                  public void step(StepProgress step) {
                    if (step.step() == 3) {
                      try {
                        trainer[0].close();
                      } catch (IllegalStateException e) {
                        told.add(e);
                      }
                      trainer[0].stop();
                    }
                  }
                });
    try (Trainer closed = trainer[0]) {
      assertThat(closed.train().stopped()).isTrue();
    }
    assertThat(told).singleElement().asString().contains("close() in a listener: call stop()");
  }

  @Test
  void severalTrainersWorkAtOnce() throws Exception {
    Report alone = run().train();
    int trainers = 3;
    var all = new ArrayList<Trainer>();
    for (int t = 0; t < trainers; t++) {
      all.add(run().open(RunListener.NONE));
    }
    ExecutorService threads = Executors.newFixedThreadPool(trainers);
    try {
      var calls = all.stream().map(trainer -> (Callable<Report>) trainer::train).toList();
      for (Future<Report> report : threads.invokeAll(calls)) {
        assertThat(report.get().lossSha256()).isEqualTo(alone.lossSha256());
        assertThat(report.get().weightsSha256()).isEqualTo(alone.weightsSha256());
      }
    } finally {
      threads.shutdown();
      all.forEach(Trainer::close);
    }
  }

  @Test
  void theRunDirectoryOfTheConfiguration() {
    Path directory = folder.resolve("configured");
    Config farsight = run().set("run.directory=" + directory).config();
    try (Trainer trainer = Trainer.open(farsight, TestRun.builtIn(), RunListener.NONE)) {
      trainer.train();
    }
    assertThat(directory.resolve("report.json")).exists();
    assertThatThrownBy(() -> Trainer.open(farsight, TestRun.builtIn(), RunListener.NONE))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            directory.resolve("report.json")
                + ": is the report of an earlier run; choose another run.directory");
    assertThatThrownBy(() -> Trainer.open(run().config(), TestRun.builtIn(), RunListener.NONE))
        .isInstanceOf(ConfigException.class)
        .hasMessage("farsight.run.directory is not set: where to leave the files of the run");
  }
}
