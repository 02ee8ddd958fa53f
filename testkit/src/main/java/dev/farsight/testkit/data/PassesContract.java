package dev.farsight.testkit.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.testkit.data.OpenedData.Part;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several passes of one source, open at once, closed early or late. */
interface PassesContract extends DataUnderTest {

  int PASSES = 4;

  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void passesMayTakeTurns(DataCase of) {
    OpenedData data = opened(of);
    Assumptions.assumeFalse(data.readOnce(), "data that is read once");
    try (DataSource source = data.open(BATCH, 2)) {
      Map<Part, List<Sample>> expected = expected(source);
      List<Part> parts = new ArrayList<>();
      List<PassReader> readers = new ArrayList<>();
      List<BatchSource> passes = new ArrayList<>();
      for (int p = 0; p < PASSES; p++) {
        Part part = List.copyOf(expected.keySet()).get(p % expected.size());
        BatchSource pass = part.pass(source);
        parts.add(part);
        passes.add(pass);
        readers.add(new PassReader(pass, BATCH));
        // The first of them is ahead of the others.
        readers.get(0).next();
      }
      boolean more = true;
      while (more) {
        more = false;
        for (PassReader reader : readers) {
          more |= reader.next();
        }
      }
      for (int p = 0; p < PASSES; p++) {
        assertThat(readers.get(p).samples())
            .as("pass %d, over %s", p + 1, parts.get(p))
            .isEqualTo(expected.get(parts.get(p)));
      }
      passes.forEach(BatchSource::close);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void passesMayBeReadByThreadsOfTheirOwn(DataCase of) throws InterruptedException {
    OpenedData data = opened(of);
    Assumptions.assumeFalse(data.readOnce(), "data that is read once");
    var executor = Executors.newFixedThreadPool(PASSES);
    try (DataSource source = data.open(BATCH, 2)) {
      Map<Part, List<Sample>> expected = expected(source);
      List<Callable<Void>> readers = new ArrayList<>();
      for (int p = 0; p < PASSES; p++) {
        Part part = List.copyOf(expected.keySet()).get(p % expected.size());
        BatchSource pass = part.pass(source);
        readers.add(
            () -> {
              assertThat(PassReader.all(pass, BATCH))
                  .as("a pass over %s beside others", part)
                  .isEqualTo(expected.get(part));
              return null;
            });
      }
      for (Future<Void> done : executor.invokeAll(readers)) {
        done.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause().getMessage(), e.getCause());
    } finally {
      executor.shutdownNow();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void aPassClosedHalfWayLeavesOthersAlone(DataCase of) {
    OpenedData data = opened(of);
    Assumptions.assumeFalse(data.readOnce(), "data that is read once");
    try (DataSource source = data.open(BATCH, 2)) {
      for (Map.Entry<Part, List<Sample>> part : expected(source).entrySet()) {
        BatchSource unread = part.getKey().pass(source);
        BatchSource half = part.getKey().pass(source);
        BatchSource whole = part.getKey().pass(source);
        var reader = new PassReader(whole, BATCH);
        reader.next();
        new PassReader(half, BATCH).next();
        half.close();
        half.close();
        unread.close();
        assertThat(reader.rest()).as("%s", part.getKey()).isEqualTo(part.getValue());
        whole.close();
        whole.close();
        assertThat(PassReader.all(part.getKey().pass(source), BATCH))
            .as("%s, in a new pass", part.getKey())
            .isEqualTo(part.getValue());
      }
    }
  }

  /** What is read after the source was closed is right, or refused by an exception. */
  @ParameterizedTest(name = "{0}")
  @MethodSource(DATA)
  default void aSourceThatIsClosedGivesNothingWrong(DataCase of) {
    OpenedData data = opened(of);
    DataSource source = data.open(BATCH, 2);
    Part part = OpenedData.parts(source).get(0);
    BatchSource pass = part.pass(source);
    var reader = new PassReader(pass, BATCH);
    reader.next();
    source.close();
    source.close();
    try {
      reader.rest();
    } catch (RuntimeException e) {
      // Refused.
    }
    List<Sample> expected = data.samples(part);
    assertThat(expected.subList(0, Math.min(expected.size(), reader.samples().size())))
        .as("%s, the source closed", part)
        .isEqualTo(reader.samples());
    pass.close();
    source.close();
  }

  private static Map<Part, List<Sample>> expected(DataSource source) {
    var expected = new EnumMap<Part, List<Sample>>(Part.class);
    for (Part part : OpenedData.parts(source)) {
      expected.put(part, List.copyOf(PassReader.all(part.pass(source), BATCH)));
    }
    return expected;
  }
}
