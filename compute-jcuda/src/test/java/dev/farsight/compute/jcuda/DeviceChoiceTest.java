package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceChoiceTest {

  /** A driver that sees GPUs of these names. */
  private record Driver(List<String> names) implements InstalledGpu.Queries {

    private static Driver of(String... names) {
      return new Driver(List.of(names));
    }

    @Override
    public int init() {
      return 0;
    }

    @Override
    public int count(int[] into) {
      into[0] = names.size();
      return 0;
    }

    @Override
    public String name(int gpu) {
      return names.get(gpu);
    }

    @Override
    public int capability(int gpu) {
      return 90;
    }

    @Override
    public boolean reaches(int gpu, int other) {
      return false;
    }

    @Override
    public boolean reachesAtomically(int gpu, int other) {
      return false;
    }
  }

  private static DeviceChoice choice(String devices) {
    return DeviceChoice.of(
        Settings.of("farsight.compute.jcuda", ConfigFactory.parseString("devices = " + devices)));
  }

  @Test
  void allAreThoseThatTheDriverSees() {
    assertThat(choice("all").resolve(Driver.of("A", "A", "A"))).containsExactly(0, 1, 2);
    assertThat(choice("all").count(Driver.of("A", "A", "A"))).isEqualTo(3);
  }

  @Test
  void aListIsTakenInItsOrder() {
    assertThat(choice("[2, 0]").resolve(Driver.of("A", "B", "A"))).containsExactly(2, 0);
    assertThat(choice("[2, 0]").count(Driver.of("A"))).isEqualTo(2);
    assertThat(choice("1").resolve(Driver.of("A", "A"))).containsExactly(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|names no device",
        "[0, 1, 0]|names a device twice",
        "[0, all]|neither a list of devices nor \"all\"",
        "[-1]|from 0 to 63",
        "none|from 0 to 63"
      })
  void whatNamesNoDevicesIsTold(String devices, String complaint) {
    assertThatThrownBy(() -> choice(devices))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.compute.jcuda.devices")
        .hasMessageContaining(complaint);
  }

  @Test
  void aDeviceThatIsNotThereIsNamedWithThoseThatAre() {
    assertThatThrownBy(() -> choice("[0, 2]").resolve(Driver.of("NVIDIA A", "NVIDIA B")))
        .isInstanceOf(FarsightException.class)
        .hasMessage(
            "compute.jcuda.devices: there is no device 2; the driver sees 0 (NVIDIA A), 1 (NVIDIA B); see nvidia-smi and CUDA_VISIBLE_DEVICES");
  }

  @Test
  void devicesOfDifferentKindsAreRefused() {
    assertThatThrownBy(() -> choice("all").resolve(Driver.of("NVIDIA A", "NVIDIA B")))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("0 (NVIDIA A), 1 (NVIDIA B) are of different kinds");
    assertThat(choice("[1]").resolve(Driver.of("NVIDIA A", "NVIDIA B"))).containsExactly(1);
  }
}
