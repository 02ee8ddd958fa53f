package dev.farsight.testkit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.farsight.api.data.DataSourceFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** What JUnit says of a contract that extends as little as it must. */
class CaseNamesTest {

  /** Names no wrong settings. */
  abstract static class Numbers extends DataSourceContract {

    @Override
    protected List<DataCase> cases() {
      return List.of(
          new DataCase("ascending", folder -> write(folder, 1)),
          new DataCase("scattered", folder -> write(folder, 37)));
    }

    private static String write(Path folder, int factor) throws IOException {
      Path file = folder.resolve("numbers");
      Files.write(file, IntStream.range(0, 400).mapToObj(i -> "" + i * factor % 1009).toList());
      return "path = \"" + file + "\", numbers.first = 1";
    }
  }

  static class RightSource extends Numbers {
    @Override
    protected DataSourceFactory factory() {
      return new NumberSource.Factory(NumberSource::new);
    }
  }

  static class WrongSource extends Numbers {
    @Override
    protected DataSourceFactory factory() {
      return new NumberSource.Factory(BrokenSources.LabelsOfTwo::new);
    }
  }

  private static TestExecutionSummary run(Class<?> contract) {
    var listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selectClass(contract)).build(),
            listener);
    return listener.getSummary();
  }

  @Test
  void aSourceWithoutSettingsPasses() {
    TestExecutionSummary summary = run(RightSource.class);
    assertThat(summary.getFailures()).isEmpty();
    assertThat(summary.getTestsSucceededCount()).isGreaterThan(20);
  }

  /** The number of a sample is that of the engine, which counts from 1. */
  @Test
  void failuresNameTheirCase() {
    TestExecutionSummary summary = run(WrongSource.class);
    List<String> messages =
        summary.getFailures().stream().map(f -> f.getException().getMessage()).toList();
    assertThat(messages)
        .isNotEmpty()
        .allMatch(m -> m.startsWith("ascending: ") || m.startsWith("scattered: "))
        .contains("ascending: label 2.0 of sample 3", "scattered: label 2.0 of sample 3");
  }
}
