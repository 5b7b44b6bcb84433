using System.Runtime.InteropServices;
using Convergence.Tensors;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Safetensors;

namespace Convergence.Merging.Tests.Golden;

/// <summary>
/// Every method on a device against another implementation's outputs. Its float64 results are the truth; its own float32 error is the most
/// that ours may have. Where several answers are right (equal magnitudes at a cut, draws of signs) only what is unambiguous is compared.
/// A device's own test class derives from this.
/// </summary>
public abstract class GoldenCaseContract
{
    // Its slerp computes in float32 whatever it is asked: errors up to 1e-5 of the largest element against true float64.
    private const double PeerSlerpError = 1e-5;

    // Its karcher takes norms in float32 even in float64: half a unit in the last place of them.
    private const double PeerKarcherError = 6e-8;

    // Its ram_plus has the factors of what one model alone changes in float32.
    private const double PeerFactorError = 3e-8;

    // What double precision and another order of additions leave.
    private const double DoubleError = 1e-11;

    private ComputeDevice _device = null!;

    [OneTimeSetUp]
    public void OpenDevice() => _device = CreateDevice();

    [OneTimeTearDown]
    public void CloseDevice() => _device?.Dispose();

    [Test]
    public void Cases_AreThere()
    {
        GoldenCase.Folder();
        Assert.That(GoldenCase.All().Count(), Is.GreaterThanOrEqualTo(37));
    }

    [TestCaseSource(typeof(GoldenCase), nameof(GoldenCase.All))]
    public void Merge_Float32Case_IsNoWorseThanThePeer(object golden)
    {
        var one = (GoldenCase)golden;
        using var expected = Open(one.OutputFile("f64"));
        using var actual = Merge(one, "f32", out var plan);
        using var parents = plan.Parents;
        var compared = 0;
        foreach (var name in expected.Names.Except(one.Unstable).Where(name => !IsPeerWrong(plan, expected, name)))
        {
            var wanted = Doubles(expected, name);
            var scale = wanted.Max(Math.Abs);
            var limit = (one.PeerError(name) ?? (PeerSlerpError * scale))
                + (one.Method == MergeMethod.Karcher ? PeerKarcherError * scale : 0);
            var errors = wanted.Zip(MemoryModels.Values(actual, name), (left, right) => Math.Abs(left - right));
            var unambiguous = errors.Zip(Ambiguity(plan, name)).Where(pair => !pair.Second).Select(pair => pair.First);
            Assert.That(unambiguous.DefaultIfEmpty().Max(), Is.LessThanOrEqualTo(limit), name);
            compared++;
        }

        Assert.That(compared, Is.GreaterThanOrEqualTo(13));
    }

    [TestCaseSource(typeof(GoldenCase), nameof(GoldenCase.All))]
    public void Merge_Float64Case_IsTheTruth(object golden)
    {
        var one = (GoldenCase)golden;
        using var expected = Open(one.OutputFile("f64"));
        using var actual = Merge(one, "f64", out var plan);
        using var parents = plan.Parents;
        foreach (var name in expected.Names.Except(one.Unstable).Where(name => !IsPeerWrong(plan, expected, name)))
        {
            Assert.That(actual.TryGet(name, out var made) && made.DType == DType.F64, name);
            var wanted = Doubles(expected, name);
            var peerError = one.Method switch
            {
                MergeMethod.Slerp => PeerSlerpError,
                MergeMethod.Karcher => PeerKarcherError,
                MergeMethod.RamPlus => PeerFactorError,
                _ => 0,
            };
            var errors = wanted.Zip(((HostTensor)made!).AsSpan<double>().ToArray(), (left, right) => Math.Abs(left - right));
            var unambiguous = errors.Zip(Ambiguity(plan, name)).Where(pair => !pair.Second).Select(pair => pair.First);
            Assert.That(
                unambiguous.DefaultIfEmpty().Max(), Is.LessThanOrEqualTo((peerError + DoubleError) * wanted.Max(Math.Abs)), name);
        }
    }

    [TestCaseSource(typeof(GoldenCase), nameof(GoldenCase.All))]
    public void Merge_BFloat16Case_RoundsOnce(object golden)
    {
        var one = (GoldenCase)golden;
        using var expected = Open(one.OutputFile("bf16_via_f32"));
        using var actual = Merge(one, "bf16_via_f32", out var plan);
        using var parents = plan.Parents;
        foreach (var name in expected.Names.Except(one.Unstable).Where(name => !IsPeerWrong(plan, expected, name)))
        {
            Assert.That(actual.TryGet(name, out var made) && made.DType == DType.BF16, name);
            var peer = MemoryModels.Values(expected, name);
            var ours = MemoryModels.Values(actual, name);
            var distances = Bits(expected, name).Zip(Bits(actual, name), Distance).ToArray();
            var borders = FusionBoundary.Of(plan.Tasks.First(task => task.Name == name), plan.Parents);
            var ambiguous = Ambiguity(plan, name).Zip(borders, (left, right) => left || right).ToArray();

            // What float32 leaves of a sum that cancels differs by its rounding; bfloat16 keeps all of that.
            var noise = 1e-6 * peer.Max(Math.Abs);
            var apart = Enumerable.Range(0, peer.Length).Where(index => distances[index] > 0 && !ambiguous[index]).ToList();
            Assert.That(apart.Where(index => distances[index] > 1 && Math.Abs(peer[index] - ours[index]) > noise), Is.Empty, name);

            // The peer rounds to float32 on the way, which moves a bfloat16 only where that lands on a tie;
            // thirds of small numbers often do.
            Assert.That(apart, Has.Count.LessThanOrEqualTo(1 + (peer.Length / 15)), name);
        }
    }

    [TestCase("stock_3")]
    [TestCase("stock_filter")]
    public void ModelStock_WhereModelsPullApart_IsTheBase(string id)
    {
        GoldenCase.Folder();
        var one = GoldenCase.All().Single(golden => golden.Id == id);
        using var actual = Merge(one, "f32", out var plan);
        using var parents = plan.Parents;
        var found = 0;
        foreach (var task in plan.Tasks)
        {
            var opposed = OpposedChanges.Of(task, parents);
            var values = MemoryModels.Values(actual, task.Name);
            var origin = OpposedChanges.Values(parents, task.Base!);
            Assert.That(Enumerable.Range(0, values.Length)
                .Where(element => opposed[element] && values[element] != origin[element]), Is.Empty, task.Name);
            found += opposed.Count(isOpposed => isOpposed);
        }

        Assert.That(found, Is.GreaterThan(0));
    }

    /// <summary>The device under test.</summary>
    protected abstract ComputeDevice CreateDevice();

    private TensorSet Merge(GoldenCase one, string variant, out MergePlan plan)
    {
        plan = MergePlanner.Plan(one.Recipe(), one.Parents(variant));
        return DeviceMerge.Run(_device, plan);
    }

    // Breadcrumbs that drop no outlier lose the whole task vector there, and SCE that rounds its places down to none a dimension of it.
    private static bool IsPeerWrong(MergePlan plan, SafetensorsFile peer, string name)
    {
        var task = plan.Tasks.First(task => task.Name == name);
        return task.Operation switch
        {
            BreadcrumbsMerge crumbs => crumbs.Gammas.Any(gamma => (int)(gamma * task.Shape.ElementCount) == 0),
            SelectCalculateEraseMerge sce => (int)(sce.SelectTopK * task.Shape.ElementCount) == 0
                || (peer.TryGet(name, out var tensor) && tensor.Shape != task.Shape),
            _ => false,
        };
    }

    private static bool[] Ambiguity(MergePlan plan, string name)
    {
        var task = plan.Tasks.First(task => task.Name == name);
        return [.. VoteAmbiguity.Of(task, plan.Parents).Zip(OpposedChanges.Of(task, plan.Parents), (vote, opposed) => vote || opposed)];
    }

    private static SafetensorsFile Open(string file) => SafetensorsFile.Open(Path.Combine(GoldenCase.Folder(), file));

    private static double[] Doubles(SafetensorsFile file, string name)
    {
        Assert.That(file.TryGet(name, out var tensor), name);
        return tensor!.DType == DType.F64
            ? ((HostTensor)tensor).AsSpan<double>().ToArray()
            : Array.ConvertAll(MemoryModels.Values(file, name), value => (double)value);
    }

    private static ushort[] Bits(ITensorSource source, string name)
    {
        source.TryGet(name, out var tensor);
        return MemoryMarshal.Cast<byte, ushort>(((HostTensor)tensor!).Bytes(0, int.MaxValue)).ToArray();
    }

    // Steps between two bfloat16, zero counted once.
    private static int Distance(ushort left, ushort right) => Math.Abs(Ordinal(left) - Ordinal(right));

    private static int Ordinal(ushort bits) => (bits & 0x8000) == 0 ? bits : -(bits & 0x7FFF);
}
