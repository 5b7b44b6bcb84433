using System.Runtime.InteropServices;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Safetensors;

namespace Convergence.Merging.Tests.Golden;

/// <summary>
/// Every method against another implementation's outputs. Its float64 results are the truth; its own float32 error is the most that ours
/// may have. Where several answers are right (equal magnitudes at a cut, draws of signs) only what is unambiguous is compared.
/// </summary>
public sealed class GoldenCaseTests
{
    // Its slerp computes in float32 whatever it is asked: errors up to 1e-5 against true float64.
    private const double PeerSlerpError = 1.2e-5;

    [Test]
    public void Cases_AreThere()
    {
        GoldenCase.Folder();
        Assert.That(GoldenCase.All().Count(), Is.GreaterThanOrEqualTo(16));
    }

    [TestCaseSource(typeof(GoldenCase), nameof(GoldenCase.All))]
    public void Merge_Float32Case_IsNoWorseThanThePeer(object golden)
    {
        var one = (GoldenCase)golden;
        using var expected = Open(one.OutputFile("f64"));
        using var actual = Merge(one, "f32", out var parents);
        using (parents)
        {
            var compared = 0;
            foreach (var name in expected.Names.Except(one.Unstable))
            {
                var limit = one.PeerError(name) ?? PeerSlerpError;
                var errors = Errors(Doubles(expected, name), MemoryModels.Values(actual, name));
                if (one.BoundaryTies("f32").Contains(name))
                {
                    // Only the few elements exactly at the cut may differ.
                    Assert.That(errors.Count(error => error > limit), Is.LessThanOrEqualTo(errors.Length / 5), name);
                }
                else
                {
                    Assert.That(errors.DefaultIfEmpty().Max(), Is.LessThanOrEqualTo(limit), name);
                }

                compared++;
            }

            Assert.That(compared, Is.GreaterThanOrEqualTo(15));
        }
    }

    [TestCaseSource(typeof(GoldenCase), nameof(GoldenCase.All))]
    public void Merge_BFloat16Case_RoundsOnce(object golden)
    {
        var one = (GoldenCase)golden;
        using var expected = Open(one.OutputFile("bf16_via_f32"));
        using var actual = Merge(one, "bf16_via_f32", out var parents);
        using (parents)
        {
            foreach (var name in expected.Names.Except(one.Unstable).Except(one.BoundaryTies("bf16_via_f32")))
            {
                Assert.That(expected.TryGet(name, out var wanted) && actual.TryGet(name, out var made) && made.DType == DType.BF16, name);
                var distances = Bits(expected, name).Zip(Bits(actual, name), Distance).ToArray();
                Assert.That(distances.DefaultIfEmpty().Max(), Is.LessThanOrEqualTo(1), name);

                // The peer rounds to float32 on the way, which moves a bfloat16 only where that lands on a tie.
                Assert.That(distances.Count(distance => distance > 0), Is.LessThanOrEqualTo(1 + (distances.Length / 200)), name);
            }
        }
    }

    private static TensorSet Merge(GoldenCase one, string variant, out ParentModels parents)
    {
        parents = new ParentModels(".");
        foreach (var file in Directory.GetFiles(Path.Combine(GoldenCase.Folder(), one.InputFolder(variant)), "*.safetensors"))
        {
            parents.Add(Path.GetFileNameWithoutExtension(file), [], SafetensorsFile.Open(file));
        }

        using var device = new CpuDevice(2);
        var output = new TensorSet();
        new MergeExecutor(device).Execute(MergePlanner.Plan(one.Recipe(), parents), output);
        return output;
    }

    private static SafetensorsFile Open(string file) => SafetensorsFile.Open(Path.Combine(GoldenCase.Folder(), file));

    private static double[] Doubles(SafetensorsFile file, string name)
    {
        Assert.That(file.TryGet(name, out var tensor), name);
        return tensor!.DType == DType.F64
            ? ((HostTensor)tensor).AsSpan<double>().ToArray()
            : Array.ConvertAll(MemoryModels.Values(file, name), value => (double)value);
    }

    private static double[] Errors(double[] expected, float[] actual) =>
        [.. expected.Zip(actual, (wanted, made) => Math.Abs(wanted - made))];

    private static ushort[] Bits(ITensorSource source, string name)
    {
        source.TryGet(name, out var tensor);
        return MemoryMarshal.Cast<byte, ushort>(((HostTensor)tensor!).Bytes(0, int.MaxValue)).ToArray();
    }

    // Steps between two bfloat16, zero counted once.
    private static int Distance(ushort left, ushort right) => Math.Abs(Ordinal(left) - Ordinal(right));

    private static int Ordinal(ushort bits) => (bits & 0x8000) == 0 ? bits : -(bits & 0x7FFF);
}
