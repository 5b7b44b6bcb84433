using Convergence.Evolution.Randomness;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Genomes;
using Convergence.Merging;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.EvoMerge.Tests.Genomes;

internal sealed class RecipeBuilderTests
{
    private static readonly MergeGenomeSpace Space = new(
        [.. Enum.GetValues<MergeTechnique>()], new GeneLayout(modelCount: 3, hasBase: true, groupCount: 2), new LayerBounds(2, 1, 4));

    private static readonly RecipeBuilder Builder = new(Space, ["first", "second", "third"], "base", outDType: null);

    private TinyJob _job = null!;

    [OneTimeSetUp]
    public void MakeModels() => _job = new TinyJob();

    [OneTimeTearDown]
    public void RemoveModels() => _job.Dispose();

    [Test]
    public void ToRecipe_AnyGenome_PlansSuccessfully()
    {
        using var parents = new ParentModels(_job.Combine());
        Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), seed =>
        {
            var random = new SearchRandom(seed);
            var genome = Space.Mutate(Space.Sample(random.Next(Space.KindCount), random), 0.5, 1, random);
            var plan = MergePlanner.Plan(Builder.ToRecipe(genome), parents);
            var depth = genome.Technique == MergeTechnique.FrankenMerge ? genome.Layers.Length : 2;
            return plan.Tasks.Length > 0 && (int)plan.Config["num_hidden_layers"]! == depth;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Test]
    public void ToRecipe_Corners_PlanSuccessfully()
    {
        using var parents = new ParentModels(_job.Combine());
        foreach (var technique in Enum.GetValues<MergeTechnique>())
        {
            foreach (var value in new[] { 0.0, 1.0 })
            {
                var genome = new MergeGenome(technique, [.. Enumerable.Repeat(value, Space.Layout.Count)], Space.Seeds[0].Layers);
                Assert.That(
                    () => MergePlanner.Plan(Builder.ToRecipe(genome), parents), Throws.Nothing, $"{technique} with all genes {value}");
            }
        }
    }

    [Test]
    public void ToRecipe_EqualFingerprints_GiveEqualRecipesAndUnequalOnesDoNot() =>
        Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), seed =>
        {
            var random = new SearchRandom(seed);
            var genome = Space.Sample(random.Next(Space.KindCount), random);
            var other = random.NextBoolean(0.3) ? Dormant(genome, random) : Space.Mutate(genome, 0.1, 0.05, random);
            return (Space.Fingerprint(genome) == Space.Fingerprint(other))
                == (RecipeWriter.ToYaml(Builder.ToRecipe(genome)) == RecipeWriter.ToYaml(Builder.ToRecipe(other)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Test]
    public void ToRecipe_AnyGenome_ReadsBackFromItsYaml() =>
        Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), seed =>
        {
            var random = new SearchRandom(seed);
            var recipe = Builder.ToRecipe(Space.Sample(random.Next(Space.KindCount), random));
            return RecipeReader.Parse(RecipeWriter.ToYaml(recipe), "recipe").Equals(recipe);
        }).Check(Config.QuickThrowOnFailure);

    [Test]
    public void ToRecipe_PlainAverageSeed_IsLinearWithEqualWeightsAndNoBase()
    {
        var recipe = Builder.ToRecipe(Space.Seeds[0]);

        Assert.That(recipe.Method, Is.EqualTo(MergeMethod.Linear));
        Assert.That(recipe.Models.Select(input => input.Model), Is.EqualTo(new[] { "first", "second", "third" }));
        Assert.That(recipe.Models.Select(input => input.Parameters), Is.All.EqualTo(recipe.Models[0].Parameters));
    }

    [Test]
    public void ToRecipe_LinearWithBaseGene_ListsTheBaseAsAModel()
    {
        var genes = Space.Seeds[0].Genes.ToArray();
        genes[Space.Layout.Weight(3, 0)] = 1;
        genes[Space.Layout.Weight(3, 1)] = 1;
        var recipe = Builder.ToRecipe(new MergeGenome(MergeTechnique.Linear, [.. genes], Space.Seeds[0].Layers));

        Assert.That(recipe.Models.Select(input => input.Model), Is.EqualTo(new[] { "first", "second", "third", "base" }));
        Assert.That(recipe.Models[3].Parameters, Is.EqualTo(RecipeParameters.Of(("weight", 0.25))));
    }

    [Test]
    public void ToRecipe_DareThatDropsNothing_IsTaskArithmeticWhateverItsMask() =>
        Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), seed =>
        {
            var random = new SearchRandom(seed);
            var genome = Undropped(random, consensus: 0);
            var twin = WithGene(genome, Space.Layout.MaskSeed, random.NextDouble());
            var recipe = Builder.ToRecipe(genome);
            return recipe.Method == MergeMethod.TaskArithmetic && Space.NameOf(genome) == "task_arithmetic"
                && Space.Fingerprint(genome) == Space.Fingerprint(twin)
                && recipe.Equals(Builder.ToRecipe(twin))
                && Space.Distance(genome, twin) == 0;
        }).Check(Config.QuickThrowOnFailure);

    [Test]
    public void ToRecipe_DareThatDropsNothingOrElectsSigns_KeepsItsName()
    {
        var random = new SearchRandom(3);
        var elects = Undropped(random, consensus: 1);
        var drops = WithGene(Undropped(random, consensus: 0), Space.Layout.Density(1), 0.5);

        Assert.That((Builder.ToRecipe(elects).Method, Space.NameOf(elects)), Is.EqualTo((MergeMethod.DareTies, "dare")));
        Assert.That((Builder.ToRecipe(drops).Method, Space.NameOf(drops)), Is.EqualTo((MergeMethod.DareLinear, "dare")));
        Assert.That(
            Space.Fingerprint(WithGene(elects, Space.Layout.MaskSeed, 0.9)),
            Is.EqualTo(Space.Fingerprint(WithGene(elects, Space.Layout.MaskSeed, 0.1))));
    }

    [Test]
    public void ToRecipe_DareThatDropsNothing_MergesToTheBytesOfDareWithDensity1()
    {
        var recipe = Builder.ToRecipe(Undropped(new SearchRandom(8), consensus: 0));
        var dare = recipe with
        {
            Method = MergeMethod.DareLinear,
            Models = [.. recipe.Models.Select(input => input with { Parameters = input.Parameters.With("density", 1.0) })],
        };

        Assert.That(Merge(recipe), Is.EqualTo(Merge(dare)));
    }

    [Test]
    public void ToRecipe_FrankenMerge_JoinsNeighbouringLayersIntoSlices()
    {
        var genome = Space.Seeds[0] with
        {
            Technique = MergeTechnique.FrankenMerge,
            Layers = [new LayerChoice(1, 0), new LayerChoice(1, 1), new LayerChoice(3, 1), new LayerChoice(3, 1)],
        };
        var slices = Builder.ToRecipe(genome).Slices.Select(slice => slice.Sources.Single()).ToList();

        Assert.That(
            slices.Select(source => (source.Model, source.FirstLayer, source.EndLayer)),
            Is.EqualTo(new[] { ("second", 0, 2), ("base", 1, 2), ("base", 1, 2) }));
    }

    [Test]
    public void ToRecipe_WithoutMixedPrecision_StoresFloat32()
    {
        var builder = new RecipeBuilder(Space, ["first", "second", "third"], "base", DType.F32);

        Assert.That(Space.Seeds.Select(seed => builder.ToRecipe(seed).OutDType), Is.All.EqualTo(DType.F32));
        Assert.That(Space.Seeds.Select(seed => Builder.ToRecipe(seed).OutDType), Is.All.Null);
    }

    private static MergeGenome Undropped(SearchRandom random, double consensus)
    {
        var genome = WithGene(Space.Sample(Space.Techniques.IndexOf(MergeTechnique.Dare), random), Space.Layout.Consensus, consensus);
        return Enumerable.Range(0, 3).Aggregate(genome, (current, model) => WithGene(current, Space.Layout.Density(model), 1));
    }

    private static MergeGenome WithGene(MergeGenome genome, int gene, double value) =>
        new(genome.Technique, genome.Genes.SetItem(gene, value), genome.Layers);

    private List<string> Merge(MergeRecipe recipe)
    {
        using var parents = new ParentModels(_job.Combine());
        using var device = new CpuDevice(1);
        using var weights = new TensorSet();
        new MergeExecutor(device).Execute(MergePlanner.Plan(recipe, parents), weights);
        return [.. weights.Names.Select(name =>
            weights.TryGet(name, out var tensor) ? $"{name} {Convert.ToHexString(((HostTensor)tensor).Bytes(0, int.MaxValue))}" : name)];
    }

    /// <summary>The genome with other genes where its technique reads none.</summary>
    private static MergeGenome Dormant(MergeGenome genome, SearchRandom random)
    {
        var expressed = Space.Layout.Expressed(genome.Technique);
        var genes = genome.Genes.Select((gene, index) => expressed.Contains(index) ? gene : random.NextDouble());
        return new MergeGenome(genome.Technique, [.. genes], genome.Layers);
    }
}
