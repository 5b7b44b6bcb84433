using System.Collections.Immutable;
using Convergence.EvoMerge.Configuration;
using Convergence.Merging;
using Convergence.Tensors;

namespace Convergence.EvoMerge.Genomes;

/// <summary>
/// Turns genomes into recipes. A technique's weights become gradients over the depth with one point per layer group. <c>linear</c> is the
/// normalised mean of the specialists with the base as one more model, so that shrinking towards the base is part of the space;
/// <c>dare</c> multiplies its lambda into the weights, and is task arithmetic where it drops nothing; densities, lambda, selection and
/// temperature are numbers for the whole model;
/// <c>ties</c> trims tensor by tensor, where the paper trims over the model: that needs no reading of the parents beforehand, which a
/// candidate among thousands could not afford, and a change of one layer leaves the others as they were. <c>frankenmerge</c> is a
/// passthrough recipe of slices.
/// </summary>
public sealed class RecipeBuilder
{
    private readonly MergeGenomeSpace _space;
    private readonly ImmutableArray<string> _models;
    private readonly string? _base;
    private readonly DType? _outDType;

    /// <param name="space">The space of the genomes.</param>
    /// <param name="models">What recipes call the specialists, in order.</param>
    /// <param name="baseModel">What recipes call the base; <see langword="null"/> when there is none.</param>
    /// <param name="outDType">The type of the merged weights; <see langword="null"/>: as the parents are stored.</param>
    public RecipeBuilder(MergeGenomeSpace space, ImmutableArray<string> models, string? baseModel, DType? outDType)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(models.Length, space.Layout.ModelCount);
        _space = space;
        _models = models;
        _base = baseModel;
        _outDType = outDType;
    }

    /// <summary>The recipe that a genome stands for. Equal fingerprints give equal recipes.</summary>
    public MergeRecipe ToRecipe(MergeGenome genome)
    {
        var phenotype = _space.Express(genome);
        var recipe = genome.Technique switch
        {
            MergeTechnique.Linear => Linear(phenotype),
            MergeTechnique.Slerp => new MergeRecipe { Method = MergeMethod.Slerp, Models = Inputs(phenotype) },
            MergeTechnique.Ties => Ties(genome, phenotype),
            MergeTechnique.Dare => Dare(genome, phenotype),
            MergeTechnique.Dfs => FeatureSelection(genome, phenotype),
            MergeTechnique.FrankenMerge => FrankenMerge(genome),
            _ => throw new ArgumentOutOfRangeException(nameof(genome), genome.Technique, "Unknown technique."),
        };
        return recipe with { OutDType = _outDType };
    }

    /// <inheritdoc cref="MergeGenomeSpace.NameOf"/>
    public string NameOf(MergeGenome genome) => _space.NameOf(genome);

    private MergeRecipe Linear(Phenotype phenotype)
    {
        var inputs = Inputs(phenotype);
        if (_base is not null && phenotype.Weights[_models.Length].Any(weight => weight != 0))
        {
            inputs = inputs.Add(new RecipeInput(_base, RecipeParameters.Of(("weight", Gradient(phenotype.Weights[_models.Length])))));
        }

        return new MergeRecipe { Method = MergeMethod.Linear, Models = inputs };
    }

    private MergeRecipe Ties(MergeGenome genome, Phenotype phenotype) => new()
    {
        Method = MergeMethod.Ties,
        BaseModel = _base,
        Models = Inputs(phenotype, model => Density(genome, model)),
        Parameters = RecipeParameters.Of(
            ("lambda", Lambda(genome)),
            ("normalize", true),
            ("trim_scope", ParameterValue.FromText("tensor")),
            ("zero_sign", ParameterValue.FromText("positive"))),
    };

    private MergeRecipe Dare(MergeGenome genome, Phenotype phenotype)
    {
        if (phenotype.Name == Phenotype.TaskArithmetic)
        {
            return new MergeRecipe { Method = MergeMethod.TaskArithmetic, BaseModel = _base, Models = Inputs(phenotype) };
        }

        return new MergeRecipe
        {
            Method = genome.Genes[_space.Layout.Consensus] >= 0.5 ? MergeMethod.DareTies : MergeMethod.DareLinear,
            BaseModel = _base,
            Models = Inputs(phenotype, model => Density(genome, model)),
            Seed = phenotype.DropsNothing ? 0UL : (ulong)GeneLayout.ToMaskSeed(genome.Genes[_space.Layout.MaskSeed]),
        };
    }

    private MergeRecipe FeatureSelection(MergeGenome genome, Phenotype phenotype)
    {
        var layout = _space.Layout;
        var parameters = RecipeParameters.Of(
            ("lambda", Lambda(genome)),
            ("density", Phenotype.Rounded(GeneLayout.ToDensity(genome.Genes[layout.FeatureDensity]))));
        parameters = genome.Genes[layout.Winner] >= 0.5
            ? parameters.With("selection", ParameterValue.FromText("winner"))
            : parameters
                .With("selection", ParameterValue.FromText("softmax"))
                .With("temperature", Phenotype.Rounded(GeneLayout.ToTemperature(genome.Genes[layout.Temperature])));
        return new MergeRecipe { Method = MergeMethod.Dfs, BaseModel = _base, Models = Inputs(phenotype), Parameters = parameters };
    }

    private MergeRecipe FrankenMerge(MergeGenome genome)
    {
        var slices = ImmutableArray.CreateBuilder<RecipeSlice>();
        for (var start = 0; start < genome.Layers.Length;)
        {
            // A run of neighbouring layers of one model is one slice.
            var first = genome.Layers[start];
            var length = 1;
            while (start + length < genome.Layers.Length
                && genome.Layers[start + length] == new LayerChoice(first.Model, first.Layer + length))
            {
                length++;
            }

            var source = new RecipeSource(Name(first.Model), first.Layer, first.Layer + length, RecipeParameters.Empty);
            slices.Add(new RecipeSlice([source], RecipeParameters.Empty));
            start += length;
        }

        return new MergeRecipe { Method = MergeMethod.Passthrough, Slices = slices.ToImmutable() };
    }

    private string Name(int model) => model < _models.Length ? _models[model] : _base!;

    private ImmutableArray<RecipeInput> Inputs(Phenotype phenotype, Func<int, double>? density = null) =>
    [
        .. _models.Select((name, model) =>
        {
            var parameters = RecipeParameters.Of(("weight", Gradient(phenotype.Weights[model])));
            return new RecipeInput(name, density is null ? parameters : parameters.With("density", density(model)));
        }),
    ];

    private double Density(MergeGenome genome, int model) =>
        Phenotype.Rounded(GeneLayout.ToDensity(genome.Genes[_space.Layout.Density(model)]));

    private double Lambda(MergeGenome genome) => Phenotype.Rounded(GeneLayout.ToLambda(genome.Genes[_space.Layout.Lambda]));

    private static ParameterValue Gradient(double[] points) =>
        points.All(point => point.Equals(points[0])) ? points[0] : ParameterValue.Gradient(points);
}
