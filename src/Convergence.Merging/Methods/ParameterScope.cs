using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>
/// The parameters that hold for one tensor. A model's own value comes first, then the slice's, then the recipe's, then the
/// method's default; a value whose filters do not match the tensor counts as not given.
/// </summary>
internal sealed class ParameterScope
{
    private readonly MergeMethodDefinition _method;
    private readonly RecipeParameters _slice;
    private readonly RecipeParameters _recipe;

    public ParameterScope(
        MergeMethodDefinition method, string tensorName, double depth, RecipeParameters slice, RecipeParameters recipe,
        ImmutableArray<ScopedModel> models)
    {
        _method = method;
        _slice = slice;
        _recipe = recipe;
        TensorName = tensorName;
        Depth = depth;
        Models = models;
    }

    /// <summary>The tensor's name in the output.</summary>
    public string TensorName { get; }

    /// <summary>0 at the first layer, 1 at the last; 0 outside the layers.</summary>
    public double Depth { get; }

    /// <summary>The merged models, without the base when the method works on task vectors.</summary>
    public ImmutableArray<ScopedModel> Models { get; }

    /// <summary>The slice's place in the recipe, such as <c>slices[0]</c>; <see langword="null"/> when whole models are merged.</summary>
    public string? SlicePath { get; init; }

    /// <summary>The base, or <see langword="null"/>.</summary>
    public string? BaseModel { get; init; }

    /// <summary>Whose defaults hold for what the recipe does not say.</summary>
    public RecipeDialect Dialect { get; init; }

    /// <summary>The recipe's seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>The product of the scales along a data flow up to this tensor's layer; 1 for other methods.</summary>
    public double ResidualGain { get; init; } = 1;

    public ImmutableArray<double> Numbers(string parameter)
    {
        var definition = Define(parameter);
        return [.. Models.Select(model => ((NumberValue)Resolve(definition, model)!).Value)];
    }

    /// <summary>As <see cref="Numbers"/>, or <see langword="null"/> when no model has a value.</summary>
    public ImmutableArray<double>? OptionalNumbers(string parameter)
    {
        var definition = Define(parameter);
        var values = Models.Select(model => Resolve(definition, model) as NumberValue).ToArray();
        if (values.All(value => value is null))
        {
            return null;
        }

        var without = Array.IndexOf(values, null);
        return without < 0
            ? [.. values.Select(value => value!.Value)]
            : throw Missing(definition, Models[without]);
    }

    public double Number(string parameter) => ((NumberValue)Resolve(Define(parameter), model: null)!).Value;

    public double? OptionalNumber(string parameter) => (Resolve(Define(parameter), model: null) as NumberValue)?.Value;

    /// <summary>A flag, which mergekit's files may also give as 1 or 0.</summary>
    public bool Flag(string parameter) =>
        Resolve(Define(parameter), model: null) is FlagValue { Value: true } or NumberValue { Value: not 0 };

    public string Word(string parameter) => ((TextValue)Resolve(Define(parameter), model: null)!).Value;

    /// <summary>A word, or a flag where the parameter allows flags.</summary>
    public ParameterValue WordOrFlag(string parameter) => Resolve(Define(parameter), model: null)!;

    /// <summary>
    /// Where the recipe gives a parameter, for one of the models or for all of them; a default counts as the recipe's own.
    /// </summary>
    public string KeyPath(string parameter, ScopedModel? model = null)
    {
        var level = (Find(model?.Parameters, parameter, model?.TensorName ?? TensorName, model?.KeyPath)
            ?? Find(_slice, parameter, model?.TensorName ?? TensorName, SlicePath))?.Level;
        return (level is null ? "" : level + ".") + "parameters." + parameter;
    }

    private ParameterDefinition Define(string parameter) => _method.Parameters.First(definition => definition.Name == parameter);

    private ParameterValue? Resolve(ParameterDefinition definition, ScopedModel? model)
    {
        // As in mergekit, filters are compared with the name that the tensor has in the model when the value is asked for one model.
        var name = definition.Name;
        var (value, level) = Find(model?.Parameters, name, model?.TensorName ?? TensorName, model?.KeyPath)
            ?? Find(_slice, name, model?.TensorName ?? TensorName, SlicePath)
            ?? Find(_recipe, name, model?.TensorName ?? TensorName, level: null)
            ?? (definition.DefaultIn(Dialect), null);
        if (value is null)
        {
            return definition.Optional ? null : throw Missing(definition, model);
        }

        return definition.Allows(value)
            ? value
            : throw new RecipeException(
                $"{Place(definition, model)} is {Describe(value)}; it must be {definition.DescribeRange()}.{definition.Suggest(value)}")
            {
                KeyPath = (level is null ? "" : level + ".") + "parameters." + name,
            };
    }

    private (ParameterValue? Value, string? Level)? Find(RecipeParameters? parameters, string name, string tensorName, string? level) =>
        parameters is not null
        && parameters.TryGet(name, out var value)
        && value.At(tensorName, Depth) is { } found ? (found, level) : null;

    private RecipeException Missing(ParameterDefinition definition, ScopedModel? model) =>
        new($"{Place(definition, model)} is missing. Give \"{definition.Name}\" ({definition.DescribeRange()}) "
            + (model is null ? "under \"parameters\" of the recipe." : "under \"parameters\" of that model, "
                + "or of the recipe for all models."))
        {
            KeyPath = (model?.KeyPath is { } path ? path + "." : "") + "parameters",
        };

    private string Place(ParameterDefinition definition, ScopedModel? model) =>
        $"{_method.Method.Name()}: parameter \"{definition.Name}\"{(model is null ? "" : $" of {model.Model}")} for tensor {TensorName}";

    private static string Describe(ParameterValue value) => value switch
    {
        NumberValue number => FormattableString.Invariant($"{number.Value}"),
        FlagValue flag => flag.Value ? "true" : "false",
        TextValue text => $"\"{text.Value}\"",
        _ => value.ToString(),
    };
}
