using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Tests.Emulation;

/// <summary>
/// The emulated GPU of this process: CUDA's libraries as <see cref="EmulatorBuild"/> made them, loaded in the place of NVIDIA's.
/// </summary>
internal static unsafe class EmulatedGpu
{
    private static readonly Lazy<(nint Library, string? Reason)> Loaded = new(Load);

    /// <summary>
    /// Orders among streams (<c>order</c>): only what is waited for; the others' work first; two by chance.
    /// </summary>
    public static readonly int[] Orders = [0, 1, 2, 3];

    /// <summary>Whether there is one here.</summary>
    public static bool IsThere => Loaded.Value.Reason is null;

    /// <summary>Skips the running test, with the reason, where there is no emulated GPU.</summary>
    public static void Require()
    {
        if (Loaded.Value.Reason is { } reason)
        {
            Assert.Ignore(reason);
        }
    }

    /// <summary>Bytes allocated on a device now, as the driver counts them.</summary>
    public static long AllocatedBytes(int device = 0) => ((delegate* unmanaged<int, long>)Export("cudaEmulationAllocatedBytes"))(device);

    /// <summary>Whether anything holds the context of the first device.</summary>
    public static bool HasContext
    {
        get
        {
            uint flags;
            int isActive;
            Assert.That(((delegate* unmanaged<int, uint*, int*, int>)Export("cuDevicePrimaryCtxGetState"))(0, &flags, &isActive), Is.Zero);
            return isActive != 0;
        }
    }

    /// <summary>
    /// How often each kernel was launched since the process began, by its file's and its own name: <c>merge_ties.cu/ties</c>.
    /// </summary>
    public static IReadOnlyDictionary<string, long> LaunchCounts => Text("cudaEmulationLaunches")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' '))
        .ToDictionary(
            words => $"{words[0]}/{words[1]}", words => long.Parse(words[2], CultureInfo.InvariantCulture), StringComparer.Ordinal);

    /// <summary>Allocations beside which something was written.</summary>
    public static long DamagedBlockCount => ((delegate* unmanaged<long>)Export("cudaEmulationDamagedBlocks"))();

    /// <summary>The layouts of the kernels' parameters, as <c>layouts.cpp</c> writes them.</summary>
    public static string Layouts => Text("cudaEmulationLayouts");

    /// <summary>Changes a setting of <c>configuration.cpp</c>, for example <c>memory</c>, until <see cref="Reset"/>.</summary>
    public static void Configure(string key, object value)
    {
        fixed (byte* keyText = Encoding.UTF8.GetBytes(key + '\0'))
        fixed (byte* valueText = Encoding.UTF8.GetBytes(Convert.ToString(value, CultureInfo.InvariantCulture) + '\0'))
        {
            var known = ((delegate* unmanaged<byte*, byte*, int>)Export("cudaEmulationConfigure"))(keyText, valueText);
            Assert.That(known, Is.EqualTo(1), $"The emulation has no setting {key}.");
        }
    }

    /// <summary>Gives every setting its default again, and forgets damaged blocks.</summary>
    public static void Reset() => Configure("reset", "");

    private static string Text(string function) => Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)Export(function))())!;

    private static nint Export(string name)
    {
        Require();
        return NativeLibrary.GetExport(Loaded.Value.Library, name);
    }

    private static (nint, string?) Load()
    {
        if (!EmulatorBuild.TryBuild(out var folder, out var reason, SanitizedRun.IsOn))
        {
            return (0, reason);
        }

        CudaLibraries.Use(folder);
        return (NativeLibrary.Load(Path.Combine(folder, "libcuda.so.1")), null);
    }
}
