using System.Text.Json.Nodes;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Models;
using Convergence.Tensors.Safetensors;
using Convergence.Testing;

namespace Convergence.Merging.Tests.Execution.Streaming;

public sealed class StreamedMergeTests
{
    private const long SmallShard = 200_000;

    private static readonly StreamedMergeOptions Sharded = new() { ShardByteCount = SmallShard };

    private static IEnumerable<MergeRecipe> Recipes()
    {
        var plain = StreamedModels.Recipe();
        yield return plain with { Method = MergeMethod.Linear };
        yield return plain;
        yield return plain with { Method = MergeMethod.Slerp };
        yield return plain with { Method = MergeMethod.Ties, Parameters = RecipeParameters.Of(("weight", 0.4), ("density", 0.3)) };
        yield return plain with { Method = MergeMethod.DareLinear, Parameters = RecipeParameters.Of(("weight", 0.4), ("density", 0.3)) };
        yield return plain with { Method = MergeMethod.DareTies, Parameters = RecipeParameters.Of(("weight", 0.4), ("density", 0.3)) };
        yield return plain with { Method = MergeMethod.Dfs };
        yield return plain with { Method = MergeMethod.Dfs, OutDType = DType.F32 };
        yield return plain with
        {
            Method = MergeMethod.Ties,
            Parameters = RecipeParameters.Of(
                ("weight", 0.4),
                ("density", 0.3),
                ("trim_scope", ParameterValue.FromText("global")),
                ("zero_sign", ParameterValue.FromText("majority"))),
        };
    }

    [TestCaseSource(nameof(Recipes))]
    public void Run_SmallestWindows_WritesWhatAMergeInMemoryWrites(MergeRecipe recipe)
    {
        using var models = new StreamedModels();
        models.MergeInMemory("expected", recipe);
        var minimum = Minimum(models, recipe);
        foreach (var (name, threads, memory) in new[] { ("one", 1, minimum), ("two", 2, (long?)null), ("three", 3, minimum) })
        {
            var result = models.Merge(name, recipe, new StreamedMergeOptions { MemoryByteCount = memory }, threads);
            models.AssertSameFiles(name, "expected");
            Assert.That(result.Shards.Select(shard => shard.Name), Is.EqualTo(new[] { "model.safetensors" }));
        }

        Assert.That(models.Leftovers(), Is.Empty);
    }

    [TestCase(MergeMethod.Linear, 1e42, DType.F32, "float32 (at most 3.40e38). The likely cause is the recipe's weight 1E+42.")]
    [TestCase(MergeMethod.Linear, 1e42, DType.BF16, "bfloat16 (at most 3.39e38). The likely cause is the recipe's weight 1E+42.")]
    [TestCase(MergeMethod.Linear, 1e9, DType.F16, "float16 (at most 65504). The likely cause is the recipe's weight 1000000000.")]
    [TestCase(MergeMethod.Ties, 1e300, DType.F32, "not fit in float32")]
    public void Run_ResultBeyondItsType_IsRefusedWithTheCauseAndNothingIsWritten(
        MergeMethod method, double weight, DType dtype, string expected)
    {
        using var models = new StreamedModels();
        var recipe = StreamedModels.Recipe(method) with
        {
            Parameters = RecipeParameters.Of(("weight", weight), ("normalize", false)),
            OutDType = dtype,
        };
        Assert.That(
            () => models.Merge("infinite", recipe),
            Throws.TypeOf<MergeException>().With.Message.Contains(expected).And.Message.StartsWith("Tensor "));
        Assert.That(Directory.Exists(models.Combine("infinite")), Is.False);
        Assert.That(models.Leftovers(), Is.Empty);
    }

    [Test]
    public void Run_SmallShards_HoldTheSameTensorsAndAnIndex()
    {
        using var models = new StreamedModels();
        models.Merge("whole", StreamedModels.Recipe());
        var result = models.Merge("sharded", StreamedModels.Recipe(), Sharded);
        using var whole = ModelDirectory.Open(models.Combine("whole"));
        using var sharded = ModelDirectory.Open(models.Combine("sharded"));
        Assert.That(sharded.Weights.Names, Is.EqualTo(whole.Weights.Names));
        long total = 0;
        foreach (var name in whole.Weights.Names)
        {
            var (expected, actual) = (Find(whole.Weights, name), Find(sharded.Weights, name));
            Assert.That(actual.Shape, Is.EqualTo(expected.Shape));
            Assert.That(actual.Bytes(0, int.MaxValue).SequenceEqual(expected.Bytes(0, int.MaxValue)), name);
            total += expected.ByteCount;
        }

        var index = JsonNode.Parse(File.ReadAllText(models.Combine("sharded", "model.safetensors.index.json")))!;
        Assert.That((long)index["metadata"]!["total_size"]!, Is.EqualTo(total));
        Assert.That(index["weight_map"]!.AsObject().Select(pair => pair.Key), Is.EqualTo(whole.Weights.Names));
        Assert.That(result.Shards, Has.Length.GreaterThan(2));
        Assert.That(result.Shards[0].Name, Is.EqualTo($"model-00001-of-{result.Shards.Length:00000}.safetensors"));

        // The embedding alone is larger than a shard; no other file exceeds it by more than its header.
        Assert.That(result.Shards.Count(shard => shard.ByteCount > SmallShard + 10_000), Is.EqualTo(1));
    }

    [TestCase(0.3)]
    [TestCase(0.6)]
    [TestCase(0.95)]
    public void Run_AfterAnInterruption_GoesOnAndWritesTheSameBytes(double share)
    {
        using var models = new StreamedModels();
        var recipe = StreamedModels.Recipe(MergeMethod.DareTies);
        var whole = models.Merge("expected", recipe, Sharded);
        models.Interrupt("out", recipe, Sharded, (long)(share * whole.Report.BytesWritten));
        Assert.That(models.Combine("out"), Does.Not.Exist);
        var resumed = models.Merge("out", recipe, Sharded);
        Assert.That(resumed.ReusedShardCount, Is.InRange(1, whole.Shards.Length - 1));
        Assert.That(resumed.Discarded, Is.Null);
        Assert.That(resumed.Shards, Is.EqualTo(whole.Shards));
        models.AssertSameFiles("out", "expected");
        Assert.That(models.Leftovers(), Is.Empty);
    }

    [Test]
    public void Run_AfterAnInterruption_DoesNotTrustADamagedShard()
    {
        using var models = new StreamedModels();
        var recipe = StreamedModels.Recipe();
        var whole = models.Merge("expected", recipe, Sharded);
        models.Interrupt("out", recipe, Sharded, whole.Report.BytesWritten - 1000);
        var damaged = models.Combine(".out.partial", whole.Shards[1].Name);
        using (var file = new FileStream(damaged, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = file.Length / 2;
            var value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value ^ 1));
        }

        var resumed = models.Merge("out", recipe, Sharded);
        Assert.That(resumed.ReusedShardCount, Is.EqualTo(whole.Shards.Length - 2));
        models.AssertSameFiles("out", "expected");
    }

    [Test]
    public void Run_AfterAnInterruptionOfAnotherMerge_StartsAfreshAndSaysWhy()
    {
        using var models = new StreamedModels();
        var recipe = StreamedModels.Recipe();
        var other = recipe with { Parameters = RecipeParameters.Of(("weight", 0.41)) };
        models.Merge("expected", recipe, Sharded);
        models.Interrupt("out", other, Sharded, 900_000);
        var resumed = models.Merge("out", recipe, Sharded);
        Assert.That(resumed.ReusedShardCount, Is.Zero);
        Assert.That(resumed.Discarded, Does.Contain("recipe"));
        models.AssertSameFiles("out", "expected");
    }

    [Test]
    public void Run_AfterAParentChanged_StartsAfresh()
    {
        using var models = new StreamedModels();
        var recipe = StreamedModels.Recipe();
        models.Interrupt("out", recipe, Sharded, 900_000);
        TinyModels.WriteSpecialist(models.Combine("s2"), models.Options, baseSeed: 1, seed: 99);
        models.Merge("expected", recipe, Sharded);
        var resumed = models.Merge("out", recipe, Sharded);
        Assert.That(resumed.ReusedShardCount, Is.Zero);
        Assert.That(resumed.Discarded, Does.Contain("parents' files"));
        models.AssertSameFiles("out", "expected");
    }

    [TestCase("{}")]
    [TestCase("not JSON")]
    [TestCase("{\"content\":{\"version\":1},\"checksum\":\"00000000\"}")]
    public void Run_DamagedJournal_StartsAfresh(string journal)
    {
        using var models = new StreamedModels();
        models.Interrupt("out", StreamedModels.Recipe(), Sharded, 900_000);
        File.WriteAllText(models.Combine(".out.partial", MergeJournal.FileName), journal);
        var resumed = models.Merge("out", StreamedModels.Recipe(), Sharded);
        Assert.That((resumed.ReusedShardCount, resumed.Discarded), Is.EqualTo((0, "its journal is damaged")));
    }

    [Test]
    public void Run_Restart_ThrowsTheInterruptedAttemptAway()
    {
        using var models = new StreamedModels();
        models.Interrupt("out", StreamedModels.Recipe(), Sharded, 900_000);
        var again = models.Merge("out", StreamedModels.Recipe(), Sharded with { Restart = true });
        Assert.That((again.ReusedShardCount, again.Discarded), Is.EqualTo((0, "as asked")));
    }

    [Test]
    public void Run_InterruptedBeforeTheFirstShard_LeavesNothing()
    {
        using var models = new StreamedModels();
        models.Interrupt("out", StreamedModels.Recipe(), new StreamedMergeOptions(), 1);
        Assert.That(models.Leftovers(), Is.Empty);
    }

    [Test]
    public void Run_StoppedAfterTheLastTensor_WritesNoLock()
    {
        using var models = new StreamedModels();
        var whole = models.Merge("expected", StreamedModels.Recipe());
        models.Interrupt("out", StreamedModels.Recipe(), new StreamedMergeOptions(), whole.Report.BytesWritten);
        Assert.That(models.Combine("out"), Does.Not.Exist);
        Assert.That(models.Leftovers(), Is.Empty);
    }

    [Test]
    public void Run_OverflowOfHalf_IsRefusedAndLeavesNothing()
    {
        using var models = new StreamedModels(DType.F32);
        var recipe = StreamedModels.Recipe() with { OutDType = DType.F16, Parameters = RecipeParameters.Of(("weight", 3e6)) };
        Assert.That(
            () => models.Merge("out", recipe, Sharded), Throws.InstanceOf<MergeException>().With.Message.Contains("fit in float16"));
        Assert.That(models.Combine("out"), Does.Not.Exist);
        Assert.That(models.Leftovers(), Is.Empty);
    }

    /// <summary>
    /// Methods that know everything from the recipe, that find damage in their sums, and that look at the inputs first, in this order.
    /// </summary>
    [Test]
    public void Run_NotANumber_IsRefusedAndLeavesNothing(
        [Values(
            MergeMethod.Linear, MergeMethod.TaskArithmetic, MergeMethod.DareLinear,
            MergeMethod.Karcher, MergeMethod.ModelStock, MergeMethod.Dfs,
            MergeMethod.Ties, MergeMethod.Sce)]
        MergeMethod method)
    {
        using var models = new StreamedModels(DType.F32);
        using var weights = TinyModels.Weights(
            models.Options, 1, (name, index) => index == 5 && name == "model.norm.weight" ? double.NaN : 0);
        TinyModels.Write(models.Combine("s3"), models.Options, weights);
        var recipe = StreamedModels.Recipe(method) with { Parameters = RecipeParameters.Empty };
        recipe = method is MergeMethod.Linear or MergeMethod.TaskArithmetic or MergeMethod.DareLinear or MergeMethod.Ties
            ? recipe with { Parameters = RecipeParameters.Of(("weight", 0.4)) }
            : recipe;
        Assert.That(
            () => models.Merge("out", recipe, Sharded),
            Throws.InstanceOf<MergeException>().With.Message.Contains("s3: tensor model.norm.weight [128] has 1 element that is NaN"));
        Assert.That(models.Leftovers(), Is.Empty);
    }

    [Test]
    public void Run_NotANumber_IsPlacedInTheRecipeThatNamesTheModel()
    {
        using var models = new StreamedModels(DType.F32);
        using var weights = TinyModels.Weights(
            models.Options, 1, (name, index) => index == 5 && name == "model.norm.weight" ? double.NaN : 0);
        TinyModels.Write(models.Combine("s3"), models.Options, weights);
        var recipe = RecipeReader.Parse(
            "merge_method: linear\nmodels:\n  - model: s1\n  - model: s3\nparameters: {weight: 1}\n", "mine.yml");
        Assert.That(
            () => models.Merge("out", recipe),
            Throws.InstanceOf<MergeException>().With.Message.StartsWith("mine.yml:4: models[1].model: s3: tensor model.norm.weight"));
    }

    [Test]
    public void Run_TooLittleMemory_NamesTheMinimum()
    {
        using var models = new StreamedModels();
        var minimum = Minimum(models, StreamedModels.Recipe());
        Assert.That(
            () => models.Merge("out", StreamedModels.Recipe(), new StreamedMergeOptions { MemoryByteCount = minimum - 1 }),
            Throws.InstanceOf<MergeException>().With.Message.Contains($"at least {minimum:N0} bytes"));
    }

    [Test]
    public void Run_Progress_EndsAtTheTotal()
    {
        using var models = new StreamedModels();
        var seen = new List<MergeProgress>();
        var result = models.Merge("out", StreamedModels.Recipe(), Sharded, progress: seen.Add);
        Assert.That(seen.Select(at => at.DoneByteCount), Is.Ordered);
        Assert.That(seen[^1].DoneByteCount, Is.EqualTo(seen[^1].TotalByteCount).And.EqualTo(result.Report.BytesWritten));
        Assert.That(seen[^1].ShardNumber, Is.EqualTo(result.Shards.Length));
    }

    [Test]
    public void Run_SmallShards_AreReproducedFromTheLock()
    {
        using var models = new StreamedModels();
        models.Merge("out", StreamedModels.Recipe(), Sharded);
        using var parents = new ParentModels(models.Path);
        using var device = new CpuDevice(1);
        new RecipeReproducer(device).Reproduce(
            RecipeLock.Read(models.Combine("out", RecipeLock.FileName)), parents, models.Combine("again"));
        models.AssertSameFiles("again", "out");
    }

    [Test]
    public void Run_RandomMethod_IsNotReproducedWithAnotherSeed()
    {
        using var models = new StreamedModels();
        var recipe = StreamedModels.Recipe(MergeMethod.DareLinear) with
        {
            Parameters = RecipeParameters.Of(("weight", 0.4), ("density", 0.3)),
            Seed = 7,
        };
        models.Merge("out", recipe);
        var made = RecipeLock.Read(models.Combine("out", RecipeLock.FileName));
        var edited = made with { Recipe = new RecipeSequence { Steps = [new NamedRecipe(null, made.Recipe.Result with { Seed = 8 })] } };
        using var parents = new ParentModels(models.Path);
        using var device = new CpuDevice(1);
        Assert.That(
            () => new RecipeReproducer(device).Reproduce(edited, parents, models.Combine("again")),
            Throws.TypeOf<NotReproducedException>());
        Assert.That(Directory.Exists(models.Combine("again")), Is.False);
    }

    private static long Minimum(StreamedModels models, MergeRecipe recipe)
    {
        using var parents = new ParentModels(models.Path);
        return StreamMemory.Of(MergePlanner.Plan(recipe, parents), budget: null).MinimumByteCount;
    }

    private static HostTensor Find(SafetensorsCheckpoint source, string name)
    {
        Assert.That(source.TryGet(name, out var tensor), name);
        return (HostTensor)tensor!;
    }
}
