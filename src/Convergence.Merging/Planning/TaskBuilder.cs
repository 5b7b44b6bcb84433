using System.Collections.Immutable;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Makes the tasks of a plan, one tensor after another.</summary>
internal sealed class TaskBuilder(
    MergeRecipe recipe, MergeMethodDefinition definition, ParentModels parents, RecipePaths paths, string donor, TiedHead head,
    OutputVocabulary? vocabulary)
{
    // Parts of names that stand after the layers; everything else outside them stands before.
    private static readonly string[] AfterLayers = ["norm", "ln_f", "lm_head", "score", "classifier"];

    // Beyond this, layers weigh nothing beside the stream, or the stream nothing beside them.
    private const double SmallestGain = 1e-6;
    private const double LargestGain = 1e6;

    private readonly SortedDictionary<string, MergeTask> _tasks = new(StringComparer.Ordinal);
    private readonly List<string> _notes = [];
    private int _layerCount;
    private double _residualGain = 1;

    /// <summary>What was decided about tensors that not all models have.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Adds the layers of a slice below those that are there.</summary>
    public void AddLayers(RecipeSlice slice)
    {
        var length = slice.Sources[0].LayerCount;
        if (recipe.Slices.Length == 0)
        {
            AddWholeStacks(slice);
        }
        else
        {
            for (var offset = 0; offset < length; offset++)
            {
                AddLayer(slice, offset, length == 1 ? 1 : (double)offset / (length - 1));
            }
        }

        _layerCount += length;
    }

    /// <summary>Adds embeddings, final norm and head: the first slice's models decide what lies before the layers, the last one's the rest.</summary>
    public void AddOuterTensors(ImmutableArray<RecipeSlice> slices)
    {
        if (recipe.Method == MergeMethod.Dataflow)
        {
            // One model lends them all, whether or not the path begins or ends with its layers.
            slices = [new RecipeSlice([new RecipeSource(donor, 0, 0, RecipeParameters.Empty)], RecipeParameters.Empty)];
        }

        var all = WithBase(slices[0].Sources.Concat(slices[^1].Sources));
        foreach (var name in NamesOf(all).Where(name => !IsInLayers(name) && !(head.IsTied && TiedHead.IsHead(name))))
        {
            var slice = AfterLayers.Any(part => name.Contains(part, StringComparison.Ordinal)) ? slices[^1] : slices[0];
            Add(name, depth: 0, slice, _ => name, name);
        }
    }

    public ImmutableArray<MergeTask> Build() => _tasks.Count > 0
        ? [.. _tasks.Values]
        : throw new MergeException($"{donor}: the models hold no tensors to merge.");

    // Without slices nothing is renumbered, and a model may have several stacks (an encoder and a decoder), each with its own depth.
    private void AddWholeStacks(RecipeSlice slice)
    {
        var models = WithBase(slice.Sources);
        foreach (var name in NamesOf(models))
        {
            if (LayerName.Parse(name) is { } layer)
            {
                var count = models.First(model => model.Has(name)).Layers.CountOf(layer.Prefix);
                Add(name, count == 1 ? 1 : (double)layer.Layer / (count - 1), slice, _ => name, name);
            }
        }
    }

    private void AddLayer(RecipeSlice slice, int offset, double depth)
    {
        var first = slice.Sources[0];
        var suffixes = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var source in slice.Sources)
        {
            var model = parents.Get(source.Model);
            var names = model.Weights.Names.Select(name => model.Layers.ParseMain(name));
            suffixes.UnionWith(names.OfType<LayerName>().Where(name => name.Layer == source.FirstLayer + offset).Select(name => name.Suffix));
        }

        var prefix = parents.Get(first.Model).Layers.Prefix;
        if (recipe.Method == MergeMethod.Dataflow)
        {
            ScaleResidual(slice, $"{prefix}{_layerCount + offset}", source => $"{parents.Get(source.Model).Layers.Prefix}{source.FirstLayer + offset}", depth);
            if (_residualGain != 1)
            {
                ResidualWriters.EnsureScalable(first.Model, first.FirstLayer + offset, suffixes);
            }
        }

        // Task vectors are taken from the layer that the recipe gives for the base, else from the one that the first source's layer grew from.
        var baseLayer = (slice.Sources.FirstOrDefault(source => source.Model == BaseOf(slice)) ?? first).FirstLayer + offset;
        foreach (var suffix in suffixes)
        {
            Add(
                new LayerName(prefix, _layerCount + offset, suffix).ToString(),
                depth,
                slice,
                source => new LayerName(parents.Get(source.Model).Layers.Prefix, source.FirstLayer + offset, suffix).ToString(),
                new LayerName(prefix, baseLayer, suffix).ToString());
        }
    }

    private void ScaleResidual(RecipeSlice slice, string layerName, Func<RecipeSource, string> nameIn, double depth)
    {
        var scope = new ParameterScope(
            definition, layerName, depth, slice.Parameters, recipe.Parameters, [.. slice.Sources.Select(source => Scoped(source, nameIn))])
        {
            SlicePath = paths.Of(slice),
            Dialect = recipe.Dialect,
        };
        foreach (var scale in scope.Numbers("scale"))
        {
            _residualGain *= scale;
        }

        if (_residualGain is < SmallestGain or > LargestGain)
        {
            throw new RecipeException(FormattableString.Invariant(
                $"dataflow: the scales up to {layerName} multiply to {_residualGain}, and the weights divided by that would leave their range. Keep the product in [{SmallestGain}, {LargestGain}]."));
        }
    }

    // What the base alone has must not be lost without a word.
    private List<ParentModel> WithBase(IEnumerable<RecipeSource> sources) =>
        [.. sources.Select(source => source.Model).Concat(recipe.BaseModel is { } baseModel && definition.WorksOnTaskVectors(baseModel) ? [baseModel] : []).Distinct().Select(parents.Get)];

    // With slices only the main run of layers is cut; towers beside it and other numbered parts stay whole.
    private bool IsInLayers(string name) =>
        recipe.Slices.Length == 0 ? LayerName.Parse(name) is not null : parents.Get(donor).Layers.ParseMain(name) is not null;

    private static SortedSet<string> NamesOf(IEnumerable<ParentModel> models)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var model in models)
        {
            names.UnionWith(model.Weights.Names);
        }

        return names;
    }

    private string? BaseOf(RecipeSlice slice) => slice.BaseModel ?? recipe.BaseModel;

    private TensorInput Input(string model, string tensor) => new(model, head.NameIn(parents.Get(model), tensor));

    private void Add(string name, double depth, RecipeSlice slice, Func<RecipeSource, string> nameIn, string baseName)
    {
        // A base that is listed among the models adds nothing to a sum of differences from it.
        var baseModel = BaseOf(slice);
        var sources = slice.Sources.Where(source => !definition.WorksOnTaskVectors(baseModel) || source.Model != baseModel).ToList();
        if (sources.Count == 0)
        {
            throw new RecipeException(
                $"{recipe.Method.Name()}: the only model for tensor {name} is the base {baseModel} itself. Add a model that differs from it.")
            { KeyPath = paths.Of(slice) };
        }

        var inputs = sources.ConvertAll(source => Input(source.Model, nameIn(source)));
        var baseInput = definition.WorksOnTaskVectors(baseModel) ? Input(baseModel!, baseName) : null;
        var modelCount = inputs.Count;
        if (!LeaveOutAbsent(name, sources, inputs, baseInput))
        {
            return;
        }

        // What one model alone has is not merged with anything.
        var isAlone = inputs.Count < modelCount && (baseInput is null ? 1 : 0) >= inputs.Count;

        var reference = baseInput ?? inputs[0];
        var tensor = Find(reference);
        var shape = tensor.Shape;
        if (vocabulary is not null && OutputVocabulary.Arranges(name))
        {
            shape = RowArranger.RowsOf(shape, vocabulary.RowCount);
            baseInput = baseInput is null ? null : Arrange(name, baseInput, shape);
            inputs = inputs.ConvertAll(input => Arrange(name, input, shape));
            reference = baseInput ?? inputs[0];
        }
        else
        {
            foreach (var input in inputs)
            {
                EnsureSameShape(reference, tensor, input, Find(input));
            }
        }

        _tasks.Add(name, tensor.DType.IsComputable() && !isAlone
            ? Merge(name, depth, slice, sources, nameIn, inputs, baseInput, tensor, shape)
            : new MergeTask
            {
                Name = name,
                Shape = shape,
                DType = tensor.DType.IsComputable() ? recipe.OutDType ?? recipe.DType ?? tensor.DType : tensor.DType,
                Inputs = [reference],
                Operation = PassthroughMerge.Unchanged,
            });
    }

    /// <summary>Applies the rule for tensors that only some models have, and returns whether the output has the tensor.</summary>
    private bool LeaveOutAbsent(string name, List<RecipeSource> sources, List<TensorInput> inputs, TensorInput? baseInput)
    {
        List<TensorInput> absent = baseInput is not null && !IsThere(baseInput) ? [baseInput] : [];
        foreach (var input in inputs)
        {
            if (!IsThere(input))
            {
                absent.Add(input);
            }
        }

        if (absent.Count == 0)
        {
            return true;
        }

        List<TensorInput> all = baseInput is null ? inputs : [.. inputs, baseInput];
        var holder = all.Find(input => !absent.Contains(input));
        if (holder is not null && DerivedBuffers.IsDerived(name, parents.Get(holder.Model).Find(holder.Tensor)!.Shape.Rank))
        {
            _notes.Add($"{name} is left out: {absent[0].Model} does not store it, and it is worked out from the configuration when a model is loaded.");
            return false;
        }

        if (recipe.MissingTensors == MissingTensorRule.Refuse || holder is null || (baseInput is not null && absent.Contains(baseInput)))
        {
            throw Missing(absent, all.FindAll(input => !absent.Contains(input)), baseInput);
        }

        for (var index = inputs.Count - 1; index >= 0; index--)
        {
            if (absent.Contains(inputs[index]))
            {
                inputs.RemoveAt(index);
                sources.RemoveAt(index);
            }
        }

        _notes.Add($"{name} is merged without {string.Join(", ", absent.Select(input => input.Model))}, which {(absent.Count == 1 ? "does" : "do")} not have it.");
        return true;
    }

    /// <summary>An embedding or head in the order of the output's vocabulary.</summary>
    private TensorInput Arrange(string name, TensorInput input, TensorShape shape)
    {
        var arranged = vocabulary!.Arrange(input, model => Input(model, name));
        foreach (var part in arranged.Rows!.Donors.Add(input))
        {
            if (!IsThere(part))
            {
                throw new MergeException($"{part.Model} has no tensor {part.Tensor}, from which rows of tokens are taken. Leave that model out, or give its tokens another source.") { KeyPath = "tokenizer" };
            }

            if (RowArranger.RowsOf(Find(part).Shape, vocabulary.RowCount) != shape)
            {
                throw new MergeException($"Tensor {part.Tensor} has rows of another width in {part.Model} than in {input.Model}. Only models of one size can be merged.");
            }
        }

        return arranged;
    }

    private bool IsThere(TensorInput input) => parents.Get(input.Model).Has(input.Tensor);

    private static MergeException Missing(List<TensorInput> absent, List<TensorInput> holders, TensorInput? baseInput)
    {
        var held = holders.Count == 0 ? "" : $", but {Who(holders)}";
        var cure = baseInput is not null && absent.Contains(baseInput) && holders.Count > 0
            ? "Task vectors are differences from the base, so the base must have every tensor: take the base that these models were fine-tuned from."
            : "Check that both are complete and fine-tuned from one architecture; "
              + "or set \"missing_tensors: skip\" in the recipe, and such tensors are merged from the models that have them.";
        return new MergeException($"{Who(absent)} no tensor {absent[0].Tensor}{held}. {cure}");

        static string Who(List<TensorInput> inputs) => $"{string.Join(", ", inputs.Select(input => input.Model))} {(inputs.Count == 1 ? "has" : "have")}";
    }

    private MergeTask Merge(
        string name, double depth, RecipeSlice slice, List<RecipeSource> sources, Func<RecipeSource, string> nameIn, List<TensorInput> inputs,
        TensorInput? baseInput, DeviceTensor tensor, TensorShape shape)
    {
        // Sums do not care about order, rounding and random streams do: a fixed order makes them independent of the recipe's.
        var order = Enumerable.Range(0, sources.Count);
        if (!definition.IsOrdered)
        {
            order = order.OrderBy(index => sources[index].Model, StringComparer.Ordinal);
        }

        var places = order.ToArray();
        var scope = new ParameterScope(
            definition, name, depth, slice.Parameters, recipe.Parameters,
            [.. places.Select(index => Scoped(sources[index], nameIn))])
        {
            SlicePath = paths.Of(slice),
            BaseModel = BaseOf(slice),
            Dialect = recipe.Dialect,
            Seed = recipe.Seed,
            ResidualGain = _residualGain,
        };
        return new MergeTask
        {
            Name = name,
            Shape = shape,
            DType = recipe.OutDType ?? recipe.DType ?? StoredType(name, baseInput, tensor),
            Base = baseInput,
            Inputs = [.. places.Select(index => inputs[index])],
            Operation = definition.Resolve(scope),
        };
    }

    private ScopedModel Scoped(RecipeSource source, Func<RecipeSource, string> nameIn) =>
        new(source.Model, source.Parameters) { TensorName = nameIn(source), KeyPath = paths.Of(source) };

    private DType StoredType(string name, TensorInput? baseInput, DeviceTensor tensor) =>
        baseInput is null && parents.Get(donor).Find(name) is { } donated && donated.DType.IsComputable() ? donated.DType : tensor.DType;

    private DeviceTensor Find(TensorInput input) => parents.Get(input.Model).Find(input.Tensor)!;

    private static void EnsureSameShape(TensorInput reference, DeviceTensor expected, TensorInput input, DeviceTensor found)
    {
        if (found.Shape == expected.Shape && found.DType.IsComputable() == expected.DType.IsComputable())
        {
            return;
        }

        if (found.Shape == expected.Shape)
        {
            throw new MergeException(
                $"Tensor {reference.Tensor}: {reference.Model} stores {expected.DType.SafetensorsName()}, {input.Model} stores {found.DType.SafetensorsName()}; "
                + "only F64, F32, F16 and BF16 can be merged with each other. Use an unquantised checkpoint.");
        }

        var differsInRows = expected.Shape.Rank == 2 && found.Shape.Rank == 2 && expected.Shape[1] == found.Shape[1]
            && (reference.Tensor.Contains("embed", StringComparison.Ordinal) || TiedHead.IsPerToken(reference.Tensor));
        throw new MergeException(
            $"Tensor {reference.Tensor} has shape {expected.Shape} in {reference.Model} but {found.Shape} in {input.Model}. "
            + (differsInRows
                ? $"Their vocabularies differ, so the same row stands for different tokens: {ModelChecks.VocabularyCure}"
                : "Only models of one architecture and size can be merged; check that both were fine-tuned from the same base."));
    }
}
