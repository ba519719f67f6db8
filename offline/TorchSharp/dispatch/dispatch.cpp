// libtorch's dispatcher behind a C interface: any operator can be found by name and called with boxed arguments, autograd
// included. Works with libtorch 1.13 to 2.x, CPU and CUDA. All else of the stand-in is managed code.
//
// Tensors and generators cross the border as pointers that own one reference. Every function that can fail returns 0, or -1
// with the message in dispatch_error(): no C++ exception leaves this file.

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include <string>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace {

// Must match TorchSharp.Native.ArgumentKind.
enum Kind : int32_t { None, TensorKind, Int, Double, Bool, IntList, TensorList, String, GeneratorKind, DeviceKind };

// An argument or a result. A list is `count` items at `pointer`; a device is its type in `integer`, its index in `count`.
struct Value {
    int32_t kind;
    int32_t count;
    union {
        int64_t integer;
        double real;
        void* pointer;
    };
};

// What managed code needs to know of a tensor; the pointers hold as long as the tensor does.
struct Description {
    const int64_t* sizes;
    const int64_t* strides;
    void* data;
    int64_t dimensions;
    int64_t elements;
    int32_t dtype;
    int32_t device_type;
    int32_t device_index;
    int32_t item_size;
    int8_t is_contiguous;
    int8_t requires_grad;
    int8_t is_leaf;
};

thread_local std::string last_error;

template <typename Action>
int guarded(Action action) {
    try {
        action();
        return 0;
    } catch (const c10::Error& e) {
        last_error = e.what_without_backtrace();
    } catch (const std::exception& e) {
        last_error = e.what();
    } catch (...) {
        last_error = "unknown C++ exception";
    }
    return -1;
}

at::Tensor borrow(void* pointer) {
    if (pointer == nullptr) return {};
    return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(static_cast<c10::TensorImpl*>(pointer)));
}

void* release(at::Tensor tensor) {
    return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr;
}

at::Generator borrow_generator(void* pointer) {
    return at::Generator(c10::intrusive_ptr<c10::GeneratorImpl>::reclaim_copy(static_cast<c10::GeneratorImpl*>(pointer)));
}

at::Device device(int32_t type, int32_t index) {
    return at::Device(static_cast<at::DeviceType>(type), static_cast<at::DeviceIndex>(index));
}

c10::IValue unpack(const Value& value) {
    switch (value.kind) {
        case None: return {};
        case TensorKind: return borrow(value.pointer);
        case Int: return value.integer;
        case Double: return value.real;
        case Bool: return value.integer != 0;
        case IntList: {
            auto items = static_cast<const int64_t*>(value.pointer);
            return c10::List<int64_t>(at::IntArrayRef(items, value.count));
        }
        case TensorList: {
            c10::List<at::Tensor> list;
            list.reserve(value.count);
            for (int32_t i = 0; i < value.count; i++) list.push_back(borrow(static_cast<void**>(value.pointer)[i]));
            return list;
        }
        case String: return std::string(static_cast<const char*>(value.pointer), value.count);
        case GeneratorKind: return borrow_generator(value.pointer);
        case DeviceKind: return device(static_cast<int32_t>(value.integer), value.count);
        default: TORCH_CHECK(false, "argument of unknown kind ", value.kind);
    }
}

class Results {
public:
    Results(Value* values, int32_t capacity) : values_(values), capacity_(capacity) {}

    void add(const c10::IValue& value) {
        if (value.isTensor()) {
            next(TensorKind).pointer = release(value.toTensor());
        } else if (value.isTensorList()) {
            for (const auto& tensor : value.toTensorVector()) next(TensorKind).pointer = release(tensor);
        } else if (value.isInt()) {
            next(Int).integer = value.toInt();
        } else if (value.isDouble()) {
            next(Double).real = value.toDouble();
        } else if (value.isBool()) {
            next(Bool).integer = value.toBool();
        } else if (value.isNone()) {
            next(None).pointer = nullptr;
        } else {
            TORCH_CHECK(false, "result of unsupported type ", value.tagKind());
        }
    }

    int32_t count() const { return count_; }

    void discard() {
        for (int32_t i = 0; i < count_; i++)
            if (values_[i].kind == TensorKind && values_[i].pointer != nullptr)
                c10::raw::intrusive_ptr::decref(static_cast<c10::TensorImpl*>(values_[i].pointer));
    }

private:
    Value& next(Kind kind) {
        TORCH_CHECK(count_ < capacity_, "more results than the ", capacity_, " there is room for");
        auto& value = values_[count_++];
        value.kind = kind;
        value.count = 0;
        return value;
    }

    Value* values_;
    int32_t capacity_;
    int32_t count_ = 0;
};

}  // namespace

EXPORT const char* dispatch_error() { return last_error.c_str(); }

EXPORT const char* dispatch_version() { return TORCH_VERSION; }

// Handles live as long as the process: operators are never unregistered.
EXPORT int dispatch_find(const char* name, const char* overload, void** result) {
    return guarded([&] { *result = new c10::OperatorHandle(c10::Dispatcher::singleton().findSchemaOrThrow(name, overload)); });
}

EXPORT int dispatch_call(void* handle, const Value* arguments, int32_t count, Value* results, int32_t capacity, int32_t* result_count) {
    return guarded([&] {
        auto& op = *static_cast<c10::OperatorHandle*>(handle);
        torch::jit::Stack stack;
        stack.reserve(op.schema().arguments().size());
        for (int32_t i = 0; i < count; i++) stack.emplace_back(unpack(arguments[i]));
        // Arguments at the end that the caller leaves out take the schema's defaults.
        for (size_t i = count; i < op.schema().arguments().size(); i++) {
            const auto& argument = op.schema().arguments()[i];
            TORCH_CHECK(argument.default_value().has_value(), op.schema().name(), " needs argument ", argument.name());
            stack.emplace_back(*argument.default_value());
        }
        op.callBoxed(&stack);
        Results out(results, capacity);
        try {
            for (const auto& value : stack) out.add(value);
        } catch (...) {
            out.discard();
            throw;
        }
        *result_count = out.count();
    });
}

EXPORT void tensor_free(void* tensor) { c10::raw::intrusive_ptr::decref(static_cast<c10::TensorImpl*>(tensor)); }

EXPORT int tensor_describe(void* pointer, Description* out) {
    return guarded([&] {
        auto tensor = borrow(pointer);
        out->sizes = tensor.sizes().data();
        out->strides = tensor.strides().data();
        out->data = tensor.numel() > 0 ? tensor.data_ptr() : nullptr;
        out->dimensions = tensor.dim();
        out->elements = tensor.numel();
        out->dtype = static_cast<int32_t>(tensor.scalar_type());
        out->device_type = static_cast<int32_t>(tensor.device().type());
        out->device_index = tensor.device().index();
        out->item_size = static_cast<int32_t>(tensor.element_size());
        out->is_contiguous = tensor.is_contiguous();
        out->requires_grad = tensor.requires_grad();
        out->is_leaf = tensor.is_leaf();
    });
}

EXPORT int tensor_set_requires_grad(void* tensor, int8_t value) {
    return guarded([&] { borrow(tensor).set_requires_grad(value != 0); });
}

EXPORT int tensor_grad(void* tensor, void** result) {
    return guarded([&] { *result = release(borrow(tensor).grad()); });
}

EXPORT int tensor_set_grad(void* tensor, void* grad) {
    return guarded([&] { borrow(tensor).mutable_grad() = borrow(grad); });
}

EXPORT int tensor_backward(void* tensor) {
    return guarded([&] { borrow(tensor).backward(); });
}

EXPORT int8_t grad_mode_enabled() { return c10::GradMode::is_enabled(); }

EXPORT void grad_mode_set(int8_t enabled) { c10::GradMode::set_enabled(enabled != 0); }

// The guard belongs to the thread: end it where it began.
EXPORT void* inference_mode_begin(int8_t enabled) { return new c10::InferenceMode(enabled != 0); }

EXPORT void inference_mode_end(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

EXPORT int random_seed(uint64_t seed) {
    return guarded([&] { at::manual_seed(seed); });
}

// Copying the device's default generator makes one of the right kind without linking CUDA.
EXPORT int generator_new(uint64_t seed, int32_t device_type, int32_t device_index, void** result) {
    return guarded([&] {
        auto generator = at::globalContext().defaultGenerator(device(device_type, device_index)).clone();
        generator.set_current_seed(seed);
        *result = generator.unsafeReleaseGeneratorImpl();
    });
}

EXPORT int generator_default(void** result) {
    return guarded([&] { *result = at::Generator(at::globalContext().defaultGenerator(at::kCPU)).unsafeReleaseGeneratorImpl(); });
}

EXPORT void generator_free(void* generator) { c10::raw::intrusive_ptr::decref(static_cast<c10::GeneratorImpl*>(generator)); }

EXPORT int generator_set_seed(void* generator, uint64_t seed) {
    return guarded([&] { borrow_generator(generator).set_current_seed(seed); });
}

EXPORT int generator_get_seed(void* generator, uint64_t* seed) {
    return guarded([&] { *seed = borrow_generator(generator).current_seed(); });
}

EXPORT int32_t threads_get() { return at::get_num_threads(); }

EXPORT int threads_set(int32_t count) {
    return guarded([&] { at::set_num_threads(count); });
}

EXPORT int32_t cuda_device_count() {
    int32_t count = 0;
    guarded([&] { count = static_cast<int32_t>(torch::cuda::device_count()); });
    return count;
}

EXPORT int cuda_synchronize() {
    return guarded([&] { torch::cuda::synchronize(); });
}
