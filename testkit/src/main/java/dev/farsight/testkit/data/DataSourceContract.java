package dev.farsight.testkit.data;

import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.testkit.CaseNames;
import dev.farsight.testkit.config.WrongSetting;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every data source must do. Extend it and name the factory, data and, if there are settings,
 * wrong ones:
 *
 * <pre>
 * class MySourceTest extends DataSourceContract {
 *   &#64;Override
 *   protected DataSourceFactory factory() {
 *     return new MySourceFactory();
 *   }
 *
 *   &#64;Override
 *   protected List&lt;DataCase&gt; cases() {
 *     return List.of(new DataCase("clicks", MySourceTest::clicks));
 *   }
 *
 *   private static String clicks(Path folder) throws IOException {
 *     Path file = Files.write(folder.resolve("clicks.jsonl"), ...);
 *     return "path = \\"" + file + "\\", eval-fraction = 0.2, my-source { fields = [a, b] }";
 *   }
 *
 *   &#64;Override
 *   protected List&lt;WrongSetting&gt; wrongSettings() {
 *     return List.of(new WrongSetting("fields = []", "fields"));
 *   }
 * }
 * </pre>
 *
 * <p>Some hundred samples are enough, of every kind of feature that the source has; the number
 * should not be a multiple of 7, of which batches are made. A source that may leave rows out or
 * that reads data only once says so of its data: {@link DataCase#droppingRows}, {@link
 * DataCase#once}. What the settings do not say is as in the reference.conf on the class path.
 *
 * <p>The tests are grouped by what they are about: {@link SampleContract} (what batches hold),
 * {@link RepeatContract} (the same samples again), {@link SkipContract}, {@link StretchContract}
 * (of sources that read stretches), {@link PassesContract} (several passes at once; closing) and
 * {@link OpeningContract} (schema, identity, what was found out from the training part, settings).
 * Samples are read one by one from batches that were filled with values that no source may leave
 * there; expected are those that one thread reads.
 *
 * <p>The whole takes about a second for data of some hundred samples.
 *
 * <p>Not tested: whether the samples are those of your files. Write a few rows by hand, and compare
 * what is read. Nor malformed data, identities of different data, memory and speed.
 *
 * <p>JUnit makes one instance of the class for all of its tests.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(CaseNames.class)
public abstract class DataSourceContract
    implements SampleContract,
        RepeatContract,
        SkipContract,
        StretchContract,
        PassesContract,
        OpeningContract {

  @TempDir Path folder;
  private int folders;

  /** The factory of the sources under test. */
  protected abstract DataSourceFactory factory();

  /** The data that the source is tried with, and its settings. */
  protected abstract List<DataCase> cases();

  /**
   * Settings of the source's own section that the factory must refuse; none by default. They are
   * added to those of the first data.
   */
  protected List<WrongSetting> wrongSettings() {
    return List.of();
  }

  @Override
  public final DataSourceFactory sources() {
    return factory();
  }

  @Override
  public final Stream<DataCase> data() {
    return cases().stream();
  }

  @Override
  public final Stream<WrongSetting> wrong() {
    return wrongSettings().stream();
  }

  @Override
  public final OpenedData opened(DataCase of) {
    return new OpenedData(factory(), of, folder.resolve("case-" + folders++));
  }
}
