package dev.farsight.testkit.data;

import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.testkit.config.WrongSetting;
import java.util.stream.Stream;

/** What the parts of {@link DataSourceContract} share: the source and its data. */
interface DataUnderTest {

  /** Where parameterized tests find {@link #data}. */
  String DATA = "data";

  /** Where parameterized tests find {@link #wrong}. */
  String WRONG = "wrong";

  /** Samples of a batch where nothing else is asked for. */
  int BATCH = 7;

  /** The factory of the sources under test. */
  DataSourceFactory sources();

  /** All data that the source is tried with. */
  Stream<DataCase> data();

  /** Settings that the source refuses. */
  Stream<WrongSetting> wrong();

  /** Opens sources of some data. */
  OpenedData opened(DataCase of);
}
