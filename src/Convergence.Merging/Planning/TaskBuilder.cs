using System.Collections.Immutable;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Makes the tasks of a plan, one tensor after another.</summary>
internal sealed class TaskBuilder(
    MergeRecipe recipe, MergeMethodDefinition definition, ParentModels parents, RecipePaths paths, string donor, TiedHead head,
    OutputVocabulary? vocabulary)
{
    private readonly SortedDictionary<string, MergeTask> _tasks = new(StringComparer.Ordinal);
    private readonly TensorPresence _presence = new(parents, recipe.MissingTensors);
    private readonly DataflowGain _gain = new();
    private int _layerCount;

    /// <summary>What was decided about tensors that not all models have.</summary>
    public IReadOnlyList<string> Notes => _presence.Notes;

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

    /// <summary>
    /// Adds embeddings, final norm and head: the first slice's models decide what lies before the layers, the last one's the rest.
    /// </summary>
    public void AddOuterTensors(ImmutableArray<RecipeSlice> slices)
    {
        if (recipe.Method == MergeMethod.Dataflow)
        {
            // One model lends them all, whether or not the path begins or ends with its layers.
            slices = [new RecipeSlice([new RecipeSource(donor, 0, 0, RecipeParameters.Empty)], RecipeParameters.Empty)];
        }

        var names = NamesOf(WithBase(slices[0].Sources.Concat(slices[^1].Sources)));
        var layers = parents.Get(donor).Layers;
        foreach (var name in names.Where(name => !IsInLayers(name) && !(head.IsTied && TiedHead.IsHead(name))))
        {
            var slice = slices.Length > 1 && OuterTensors.IsBehindLayers(name, names, layers) ? slices[^1] : slices[0];
            Add(PlannedTensor.SameEverywhere(name, depth: 0, slice));
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
                Add(PlannedTensor.SameEverywhere(name, count == 1 ? 1 : (double)layer.Layer / (count - 1), slice));
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
            suffixes.UnionWith(
                names.OfType<LayerName>().Where(name => name.Layer == source.FirstLayer + offset).Select(name => name.Suffix));
        }

        var prefix = parents.Get(first.Model).Layers.Prefix;
        if (recipe.Method == MergeMethod.Dataflow)
        {
            var layer = $"{prefix}{_layerCount + offset}";
            var scales = Scales(slice, layer, source => $"{parents.Get(source.Model).Layers.Prefix}{source.FirstLayer + offset}", depth);
            _gain.Enter(layer, scales, first, first.FirstLayer + offset, suffixes);
        }

        // Task vectors are taken from the layer that the recipe gives for the base,
        // else from the one that the first source's layer grew from.
        var baseLayer = (slice.Sources.FirstOrDefault(source => source.Model == BaseOf(slice)) ?? first).FirstLayer + offset;
        foreach (var suffix in suffixes)
        {
            Add(new PlannedTensor(
                new LayerName(prefix, _layerCount + offset, suffix).ToString(),
                depth,
                slice,
                source => new LayerName(parents.Get(source.Model).Layers.Prefix, source.FirstLayer + offset, suffix).ToString(),
                new LayerName(prefix, baseLayer, suffix).ToString()));
        }
    }

    private ImmutableArray<double> Scales(RecipeSlice slice, string layerName, Func<RecipeSource, string> nameIn, double depth)
    {
        var scope = new ParameterScope(
            definition, layerName, depth, slice.Parameters, recipe.Parameters, [.. slice.Sources.Select(source => Scoped(source, nameIn))])
        {
            SlicePath = paths.Of(slice),
            Dialect = recipe.Dialect,
        };
        return [.. scope.Numbers("scale")];
    }

    // What the base alone has must not be lost without a word.
    private List<ParentModel> WithBase(IEnumerable<RecipeSource> sources) =>
        [.. sources.Select(source => source.Model)
            .Concat(recipe.BaseModel is { } baseModel && definition.WorksOnTaskVectors(baseModel) ? [baseModel] : [])
            .Distinct()
            .Select(parents.Get)];

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

    private void Add(PlannedTensor planned)
    {
        var name = planned.Name;
        var sources = SourcesOf(planned);
        var inputs = sources.ConvertAll(source => Input(source.Model, planned.NameIn(source)));
        var baseModel = BaseOf(planned.Slice);
        var baseInput = definition.WorksOnTaskVectors(baseModel) ? Input(baseModel!, planned.BaseName) : null;
        var modelCount = inputs.Count;
        if (!_presence.LeaveOutAbsent(name, sources, inputs, baseInput))
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
                ShapeChecks.EnsureSame(reference, tensor, input, Find(input));
            }
        }

        _tasks.Add(name, tensor.DType.IsComputable() && !isAlone
            ? Merge(planned, sources, inputs, baseInput, StoredType(name, baseInput, tensor), shape)
            : Copy(name, reference, tensor.DType, shape));
    }

    // A base that is listed among the models adds nothing to a sum of differences from it.
    private List<RecipeSource> SourcesOf(PlannedTensor planned)
    {
        var baseModel = BaseOf(planned.Slice);
        var leavesBaseOut = definition.WorksOnTaskVectors(baseModel);
        var sources = planned.Slice.Sources.Where(source => !leavesBaseOut || source.Model != baseModel).ToList();
        return sources.Count > 0
            ? sources
            : throw new RecipeException(
                $"{recipe.Method.Name()}: the only model for tensor {planned.Name} is the base {baseModel} itself. "
                + "Add a model that differs from it.")
            { KeyPath = paths.Of(planned.Slice) };
    }

    /// <summary>An embedding or head in the order of the output's vocabulary.</summary>
    private TensorInput Arrange(string name, TensorInput input, TensorShape shape)
    {
        var arranged = vocabulary!.Arrange(input, model => Input(model, name));
        foreach (var part in arranged.Rows!.Donors.Add(input))
        {
            if (!_presence.IsThere(part))
            {
                throw new MergeException($"{part.Model} has no tensor {part.Tensor}, from which rows of tokens are taken. "
                    + "Leave that model out, or give its tokens another source.")
                { KeyPath = "tokenizer" };
            }

            if (RowArranger.RowsOf(Find(part).Shape, vocabulary.RowCount) != shape)
            {
                throw new MergeException(
                    $"Tensor {part.Tensor} has rows of another width in {part.Model} than in {input.Model}. "
                    + "Only models of one size can be merged.");
            }
        }

        return arranged;
    }

    private MergeTask Copy(string name, TensorInput input, DType stored, TensorShape shape) => new()
    {
        Name = name,
        Shape = shape,
        DType = stored.IsComputable() ? recipe.OutDType ?? recipe.DType ?? stored : stored,
        Inputs = [input],
        Operation = PassthroughMerge.Unchanged,
    };

    private MergeTask Merge(
        PlannedTensor planned, List<RecipeSource> sources, List<TensorInput> inputs,
        TensorInput? baseInput, DType stored, TensorShape shape)
    {
        // Sums do not care about order, rounding and random streams do: a fixed order makes them independent of the recipe's.
        var order = Enumerable.Range(0, sources.Count);
        if (!definition.IsOrdered)
        {
            order = order.OrderBy(index => sources[index].Model, StringComparer.Ordinal);
        }

        var places = order.ToArray();
        var scope = new ParameterScope(
            definition, planned.Name, planned.Depth, planned.Slice.Parameters, recipe.Parameters,
            [.. places.Select(index => Scoped(sources[index], planned.NameIn))])
        {
            SlicePath = paths.Of(planned.Slice),
            BaseModel = BaseOf(planned.Slice),
            Dialect = recipe.Dialect,
            Seed = recipe.Seed,
            ResidualGain = _gain.Value,
        };
        return new MergeTask
        {
            Name = planned.Name,
            Shape = shape,
            DType = recipe.OutDType ?? recipe.DType ?? stored,
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
}
